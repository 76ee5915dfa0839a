// The packages that a task recorded, as a requirements file. Pure.
#pragma once

#include <string>

#include "base/json.h"

namespace jarvis::agent {

/// The pip part of `script.requirements` (text or list), comments dropped; "" when nothing was recorded.
std::string requirements_text(const json::object& script);
/// With a line for `clearml` when no line names it: Task.init must work.
std::string with_sdk(std::string requirements);
/// "3.11" from `script.binary` ("python3.11") or the recorded header ("# Python 3.11.7 ..."); "" when neither says.
std::string python_version(const json::object& script);

}  // namespace jarvis::agent
