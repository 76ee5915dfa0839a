// The packages that a task recorded, as a requirements file. Pure.
#pragma once

#include <string>

#include "base/json.h"

namespace jarvis::agent {

/// The pip part of `script.requirements` (text or list), comments dropped; "" when nothing was recorded.
std::string requirements_text(const json::object& script);
/// With a line for `clearml` when no line names it: Task.init must work.
std::string with_sdk(std::string requirements);
/// With what every environment holds for scripts that call it (pip; before Python 3.12 setuptools and wheel, too).
std::string with_installers(std::string requirements, const std::string& pip_version = {});
/// True when each line names one version of one package ("six==1.16.0", with extras and markers), apart from `clearml`:
/// what an index would add to the answer cannot change it.
bool is_pinned(const std::string& requirements);
/// True when a line's meaning is elsewhere: in a folder, or in a branch that moves. A git reference with a full hash
/// stays what it is.
bool has_moving_lines(const std::string& requirements);
/// What the task shall hold after an installation: the exact packages; lines that name a folder (of this job, gone
/// soon) as they were recorded; the recorded header.
std::string as_installed(const json::object& script, const std::string& frozen);
/// "3.11" from `script.binary` ("python3.11") or the recorded header ("# Python 3.11.7 ..."); "" when neither says.
std::string python_version(const json::object& script);

}  // namespace jarvis::agent
