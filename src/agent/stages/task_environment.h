// The variables that the task's own programs find.
#pragma once

#include "agent/job/stage.h"

namespace jarvis::agent {

/// Those of the place where the task runs, the job's, and Python's; none of the agent's secrets. `directory`: where the
/// program runs.
proc::Environment task_environment(const JobContext& job, const std::string& directory);

/// Where the code lies as the task's programs see it: what was checked out, or what agent.force_code_dir names, on the
/// machine or in the image.
std::filesystem::path code_root(const JobContext& job);

}  // namespace jarvis::agent
