// Patterns are RE2's everywhere. PostgreSQL has its own regular expressions, whose words mean other things ("\b" is a
// backspace, "." takes a line's end, "\1" looks back and may take for ever): so each pattern is written anew.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace jarvis::server::store {

/// An advanced regular expression of PostgreSQL that is found (operator ~, COLLATE "C") in the same texts as `pattern`
/// by RE2. Errors: invalid_argument for what is no pattern, and for the few things that cannot be said: Unicode classes
/// (\pL), single bytes (\C), repetitions beyond 255.
Result<std::string> regex_for_postgres(std::string_view pattern, bool ignore_case);

}  // namespace jarvis::server::store
