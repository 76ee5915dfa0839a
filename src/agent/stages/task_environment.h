// The variables that the task's own programs find.
#pragma once

#include "agent/job/stage.h"

namespace jarvis::agent {

/// Those of the place where the task runs, the job's, and Python's; none of the agent's secrets. `directory`: where the
/// program runs.
proc::Environment task_environment(const JobContext& job, const std::string& directory);

}  // namespace jarvis::agent
