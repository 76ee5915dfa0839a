// What a task recorded beside its commit: the working copy's diff, or in its place the source of a notebook.
#pragma once

#include "agent/git/git_command.h"

namespace jarvis::agent {

/// False for text that is something else.
bool is_diff(const std::string& text);

/// `script_file`: where a text that is no diff belongs; "" when the task runs none. Errors: conflict (names file and
/// line), invalid_argument (a place outside of the code).
Status apply_changes(const Git& git, const std::string& text, const std::string& script_file,
                     const proc::fs::path& directory);

}  // namespace jarvis::agent
