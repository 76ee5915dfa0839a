// Regular expressions as owners write them in settings: POSIX's extended ones, and Python's \d. Pure.
#pragma once

#include <string>

namespace jarvis::agent {

/// Whether the expression is found anywhere in the text. One that does not read is found nowhere.
bool matches(const std::string& pattern, const std::string& text);

}  // namespace jarvis::agent
