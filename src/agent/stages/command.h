// The command line of a task's script. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/words.h"

namespace jarvis::agent {

/// `python -u train.py`, `python -u -m package.module --flag`, or a shell script by its shell. Arguments of argparse
/// and the like come from the server through the SDK, not from here. Errors: invalid_argument (no entry point, an open
/// quote).
Result<std::vector<std::string>> script_command(const json::object& script, const std::string& python);

}  // namespace jarvis::agent
