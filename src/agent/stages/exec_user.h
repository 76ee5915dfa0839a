// A task's script on the machine itself as another user than the one who runs the agent: agent.exec_user.
#pragma once

#include <sys/types.h>

#include "agent/job/stage.h"

namespace jarvis::agent {

struct ExecUser {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string home;
};

/// The one that the settings name; nothing where none is named, in a container (which has a setting of its own), and
/// where it is who runs the agent. Errors: not_found (no such user), forbidden (only root starts programs as others).
Result<std::optional<ExecUser>> exec_user(const JobContext& job);

/// The code and the configuration become the user's, who from here on may also enter the folders that lead to them.
/// `environment`: of the script; becomes the user's, too. Errors: forbidden (the user still does not reach the code or
/// the interpreter: names which), those of proc::run.
Status hand_over(const JobContext& job, const ExecUser& user, const std::string& directory,
                 proc::Environment& environment);

/// The same program, started as the user. What a task sets reaches nothing that still has the agent's rights: the
/// loader's variables come back where the user's begin. Errors: not_found (no setpriv on this machine).
Result<Command> as_user(const ExecUser& user, Command command);

}  // namespace jarvis::agent
