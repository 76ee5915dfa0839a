#include "base/python_json.h"

#include <algorithm>
#include <cctype>

namespace jarvis {
namespace {

constexpr std::size_t kEscapeSize = 6;    // \udc80
constexpr std::size_t kExactDigits = 18;  // of which every number fits into 64 bits

bool is_nan(std::string_view word) {
  return word == "NaN" || word == "Infinity" || word == "-Infinity";
}

bool is_of_number(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '+' || c == '.';
}

/// What an escape like \ud83d begins with: the first or the second half of a character.
bool is_half(std::string_view escape, std::string_view third_digits) {
  return escape.size() >= kEscapeSize && escape.starts_with("\\u") && (escape[2] == 'd' || escape[2] == 'D') &&
         third_digits.find(escape[3]) != std::string_view::npos;
}
bool is_first_half(std::string_view escape) {
  return is_half(escape, "89abAB");
}
bool is_second_half(std::string_view escape) {
  return is_half(escape, "cdefCDEF");
}

/// Takes over what a backslash begins; how many bytes that was.
std::size_t copy_escape(std::string_view rest, std::string& out) {
  if (is_first_half(rest) && is_second_half(rest.substr(kEscapeSize))) {
    out += rest.substr(0, 2 * kEscapeSize);
    return 2 * kEscapeSize;
  }
  if (is_first_half(rest) || is_second_half(rest)) {
    out += "\\ufffd";
    return kEscapeSize;
  }
  out += rest.substr(0, 2);
  return std::min<std::size_t>(rest.size(), 2);
}

std::size_t copy_word(std::string_view rest, std::string& out) {
  const auto end = std::find_if_not(rest.begin(), rest.end(), is_of_number);
  const std::string_view word = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  if (is_nan(word)) {
    out += '"' + std::string(word) + '"';
  } else {
    out += word;
    if (word.size() > kExactDigits && word.find_first_of(".eE") == std::string_view::npos) out += ".0";
  }
  return word.size();
}

}  // namespace

std::string from_python_json(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool is_in_string = false;
  for (std::size_t at = 0; at < text.size();) {
    if (is_in_string && text[at] == '\\') {
      at += copy_escape(text.substr(at), out);
    } else if (!is_in_string && is_of_number(text[at])) {
      at += copy_word(text.substr(at), out);
    } else {
      if (text[at] == '"') is_in_string = !is_in_string;
      out += text[at++];
    }
  }
  return out;
}

Result<json::value> parse_python_json(std::string_view text) {
  auto parsed = parse_json(text);
  if (parsed) return parsed;
  auto again = parse_json(from_python_json(text));
  // What is wrong is said of what was sent.
  return again ? std::move(again) : std::move(parsed);
}

bool is_python_nan(const json::value& value) {
  return value.is_string() && is_nan(value.get_string());
}

}  // namespace jarvis
