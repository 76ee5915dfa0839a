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

/// The script that is run: the task's, or another one of its code, as "FOLDER:SCRIPT" or "SCRIPT" names it
/// (agent.force_exec_script).
json::object forced_script(json::object script, const std::string& forced);

/// With Task.init() called before all else: behind the imports from __future__, which have to come first
/// (agent.force_task_init). A text that begins so already stays.
std::string with_task_init(const std::string& text);

}  // namespace jarvis::agent
