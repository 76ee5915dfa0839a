#include "server/domain/csv.h"

#include <array>
#include <charconv>

namespace jarvis::server::domain {
namespace {

std::string plain(const json::value& value) {
  if (value.is_null()) return {};
  if (value.is_string()) {
    std::string text(value.get_string());
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) text.insert(0, "'");
    return text;
  }
  if (value.is_array()) {
    std::string out;
    for (const json::value& item : value.get_array())
      out += (out.empty() ? "" : ", ") + plain(item);
    return out;
  }
  if (value.is_double()) {
    // JSON's "8E-1" is a number that people do not recognise as one. What has no end is not in JSON.
    std::array<char, 32> digits{};
    const auto [end, failure] = std::to_chars(digits.data(), digits.data() + digits.size(), value.get_double());
    return failure == std::errc() ? std::string(digits.data(), end) : to_text(value);
  }
  return to_text(value);
}

}  // namespace

void CsvWriter::cell(const json::value& value) {
  if (!is_first_) text_ += ',';
  is_first_ = false;
  const std::string text = plain(value);
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    text_ += text;
    return;
  }
  text_ += '"';
  for (const char c : text)
    text_ += c == '"' ? std::string("\"\"") : std::string(1, c);
  text_ += '"';
}

void CsvWriter::end_row() {
  text_ += "\r\n";
  is_first_ = true;
}

}  // namespace jarvis::server::domain
