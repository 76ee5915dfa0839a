// Clients in Python send what their json module writes, which is not always JSON.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace jarvis {

/// NaN, Infinity and -Infinity become texts of these words, whole numbers of any length numbers with a fraction, and
/// escapes of half a character (bytes that were no text to Python) U+FFFD. Anything else stays, good or bad.
std::string from_python_json(std::string_view text);

/// True for a text that from_python_json has made of a number that is none.
bool is_python_nan(const json::value& value);

/// parse_json of the text, or, where that fails, of from_python_json.
Result<json::value> parse_python_json(std::string_view text);

}  // namespace jarvis
