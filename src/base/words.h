// Words of texts and command lines. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jarvis {

/// Without spaces, tabs and line ends before and behind.
std::string trimmed(std::string_view text);
/// Splits as a shell would: quotes and backslashes, nothing else. Errors: invalid_argument (an open quote).
Result<std::vector<std::string>> split_words(std::string_view text);
/// One text that split_words() takes apart again.
std::string quote_words(const std::vector<std::string>& words);

}  // namespace jarvis
