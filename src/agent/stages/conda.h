// Environments of conda that are there already.
#pragma once

#include "agent/job/stage.h"

namespace jarvis::agent {

/// The interpreter of agent.package_manager.conda_env_package: a folder, or a file of conda-pack, which is unpacked
/// once;
/// "" when none is named. Errors: not_found, those of proc::run.
Result<std::string> conda_python(JobContext& job);
/// The interpreter of conda's own environment. Errors: not_found (no conda where the task runs), those of proc::run.
Result<std::string> conda_base(JobContext& job);

}  // namespace jarvis::agent
