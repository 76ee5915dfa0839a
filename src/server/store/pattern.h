// Regular expressions of requests, before a database sees them.
#pragma once

#include <string_view>

#include "base/result.h"

namespace jarvis::server::store {

/// invalid_argument, with what is wrong, for a pattern that is no regular expression (RE2 syntax).
Status check_pattern(std::string_view pattern);
/// Whether a good pattern is found in an empty text.
bool finds_empty_text(std::string_view pattern);

}  // namespace jarvis::server::store
