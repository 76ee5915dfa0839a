#include "server/store/log_text.h"

#include <re2/re2.h>

#include <algorithm>

namespace jarvis::server::store {
namespace {

std::string without_escapes(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\x1b') {
      out += line[i];
      continue;
    }
    if (i + 1 >= line.size() || line[i + 1] != '[') continue;
    // Parameters and intermediate bytes, then one final byte.
    for (i += 2; i < line.size() && (line[i] < '@' || line[i] > '~'); ++i) {
    }
  }
  return out;
}

bool line_shows(std::string_view line, const re2::RE2& pattern, std::string& room) {
  const std::string_view text = shown_text(line, room);
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

}  // namespace

std::string_view shown_text(std::string_view line, std::string& room) {
  // Nearly all lines have neither: nothing is copied. (To look forward is many times faster than backward.)
  if (line.find('\r') != std::string_view::npos) {
    while (line.ends_with('\r'))
      line.remove_suffix(1);
    line.remove_prefix(line.rfind('\r') + 1);
  }
  if (line.find('\x1b') == std::string_view::npos) return line;
  room = without_escapes(line);
  return room;
}

bool shows(std::string_view message, const re2::RE2& pattern) {
  std::string room;
  for (std::size_t from = 0; from <= message.size();) {
    const std::size_t end = std::min(message.find('\n', from), message.size());
    if (line_shows(message.substr(from, end - from), pattern, room)) return true;
    from = end + 1;
  }
  return false;
}

}  // namespace jarvis::server::store
