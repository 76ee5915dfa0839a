// Where the packages of a task are named: in the task, or in files of its repository.
#pragma once

#include <filesystem>
#include <string>

#include "agent/python/environment.h"
#include "agent/settings.h"
#include "base/json.h"

namespace jarvis::agent {

struct PackageSource {
  PythonSpec spec;
  std::string origin;  // for the task's log; "" for what the task recorded
};

/// What the task recorded, unless the settings prefer the repository's files or nothing was recorded: then its lock
/// file (uv.lock, poetry.lock) or its requirements.txt. `code`: its root. Errors: invalid_argument (a file that
/// includes itself or what is not there; settings that do not read).
Result<PackageSource> package_source(const AgentSettings& settings, const json::object& script,
                                     const std::filesystem::path& code);

/// What an earlier installation replaced by the exact packages; "" when there was none.
std::string original_requirements(const json::object& script);

}  // namespace jarvis::agent
