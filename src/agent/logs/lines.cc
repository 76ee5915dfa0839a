#include "agent/logs/lines.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace jarvis::agent {
namespace {

/// The length of the valid UTF-8 sequence at the front, or 0.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  std::size_t length = 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) length = 2;
  if (first >= 0xE0 && first <= 0xEF) length = 3;
  if (first >= 0xF0 && first <= 0xF4) length = 4;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Overlong forms, surrogates and what lies beyond Unicode.
  if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) || (first == 0xF0 && byte(1) < 0x90) ||
      (first == 0xF4 && byte(1) > 0x8F))
    return 0;
  return length;
}

/// How many bytes at the front are ASCII: nearly all; eight at a time.
std::size_t ascii_length(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::size_t at = 0;
  for (std::uint64_t word = 0; text.size() - at >= sizeof word; at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & kHighBits) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80)
    ++at;
  return at;
}

/// How many bytes at the front are UTF-8.
std::size_t valid_length(std::string_view text) {
  std::size_t at = 0;
  while (true) {
    at += ascii_length(text.substr(at));
    if (at == text.size()) return at;
    const std::size_t length = sequence_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
}

/// The bytes of `text` up to the last line that ends before `limit` and is not over-long.
std::string_view whole_lines(std::string_view text, std::size_t limit) {
  std::size_t at = 0;
  while (true) {
    const std::size_t end = text.substr(0, limit).find('\n', at);
    if (end == std::string_view::npos || end - at > kLineBytesMax) return text.substr(0, at);
    at = end + 1;
  }
}

/// Finds the `\n` and `\r` of a text in turn, by memchr, which is many times faster than find_first_of. Each is kept
/// from call to call: a text of many of one and none of the other is looked through once.
class Ends {
 public:
  explicit Ends(std::string_view text) : text_(text), newline_(find('\n', 0)), return_(find('\r', 0)) {}
  /// The first `\r` from `at` on, never before the last `at`; the text's size.
  std::size_t next_return(std::size_t at) {
    if (return_ < at) return_ = find('\r', at);
    return return_;
  }
  /// The first one of both; npos.
  std::size_t next(std::size_t at) {
    if (newline_ < at) newline_ = find('\n', at);
    const std::size_t first = std::min(newline_, next_return(at));
    return first == text_.size() ? std::string_view::npos : first;
  }

 private:
  std::size_t find(char what, std::size_t at) const { return std::min(text_.find(what, at), text_.size()); }
  const std::string_view text_;
  std::size_t newline_, return_;
};

}  // namespace

std::string to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (true) {
    const std::size_t length = valid_length(bytes);
    out += bytes.substr(0, length);
    if (length == bytes.size()) return out;
    out += "\xEF\xBF\xBD";
    bytes.remove_prefix(length + 1);
  }
}

void LineCutter::end_line(std::string& out) {
  out += to_utf8(line_);
  out += '\n';
  line_.clear();
  carriage_return_ = false;
}

/// What makes the line over-long begins the next one; no character is cut in two.
void LineCutter::add_to_line(std::string_view piece, std::string& out) {
  if (carriage_return_) {
    line_.clear();
    carriage_return_ = false;
  }
  has_ended_by_return_ = false;
  while (line_.size() + piece.size() > kLineBytesMax) {
    const std::size_t room = kLineBytesMax - line_.size();
    line_ += piece.substr(0, room);
    piece.remove_prefix(room);
    std::size_t begun = 0;  // bytes of a character that goes on in `piece`
    while (begun < 3 && (static_cast<unsigned char>(line_[line_.size() - 1 - begun]) & 0xC0) == 0x80)
      ++begun;
    const std::string tail = line_.substr(line_.size() - 1 - begun);
    const bool is_cut = valid_length(tail) < tail.size();
    if (is_cut) line_.resize(line_.size() - tail.size());
    end_line(out);
    if (is_cut) line_ = tail;
  }
  line_ += piece;
}

std::string LineCutter::add(std::string_view bytes) {
  std::string out;
  Ends ends(bytes);
  for (std::size_t at = 0; at < bytes.size();) {
    if (is_between_lines()) {
      // Nearly all of a text: whole lines, taken as they are.
      const std::string_view whole = whole_lines(bytes.substr(at), ends.next_return(at) - at);
      out += to_utf8(whole);
      at += whole.size();
    }
    const std::size_t stop = ends.next(at);
    const std::string_view piece = bytes.substr(at, stop == std::string_view::npos ? stop : stop - at);
    if (!piece.empty()) add_to_line(piece, out);
    if (stop == std::string_view::npos) break;
    if (std::exchange(has_ended_by_return_, false) && bytes[stop] == '\n') {
      // "\r\n" is one end.
    } else if (bytes[stop] == '\n') {
      end_line(out);
    } else if (keeps_carriage_returns_) {
      has_ended_by_return_ = true;
      if (!line_.empty()) end_line(out);
    } else {
      carriage_return_ = true;
    }
    at = stop + 1;
  }
  return out;
}

std::string LineCutter::flush() {
  std::string out;
  if (!line_.empty()) end_line(out);
  return out;
}

}  // namespace jarvis::agent
