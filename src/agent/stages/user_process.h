// The user's process: started in a session of its own, its output handed on as it comes, ended as a whole tree.
// One thread.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "base/clock.h"
#include "proc/child.h"

namespace jarvis::agent {

/// What is run before a script is told to end, as long as it takes and may take.
struct StopCommand {
  std::vector<std::string> argv;
  proc::Environment environment;
  std::string directory;
  std::string input;
  std::chrono::milliseconds time_max = std::chrono::seconds(180);
};

struct UserProcessOptions {
  std::vector<std::string> argv;
  proc::Environment environment;
  std::string directory;
  std::string input;                // for its stdin; "": it finds none
  std::function<void(int)> signal;  // to all of its processes; none: those below the one that is started
  bool has_group = true;            // a control group of its own, where the kernel lets us make one
  std::chrono::milliseconds grace = std::chrono::seconds(30);  // between SIGTERM and SIGKILL
  std::optional<std::chrono::milliseconds> time_max;           // then it is ended like by a stop
  std::optional<StopCommand> at_stop;
  std::function<void(std::string_view)> output;
  std::stop_token hurry;           // a stop that nobody waits for any more: no grace, no command before it
  std::function<bool()> has_room;  // false: what it prints waits in the pipe, and so does it
  std::function<void(pid_t)> on_started;
};

struct UserProcessEnd {
  proc::ExitStatus status;
  bool is_out_of_memory = false;  // the kernel counted a kill for memory meanwhile
  bool is_over_time = false;
};

/// Until the process has ended and its pipe is read. A stop: SIGTERM to the script and all that it started, also what
/// it let go; what they print in their grace is still taken, then SIGKILL to who is left. Errors: those of spawn, io.
Result<UserProcessEnd> run_user_process(const UserProcessOptions& options, const Clock& clock, std::stop_token stop);

}  // namespace jarvis::agent
