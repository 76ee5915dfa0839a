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

/// Nearly every line; eight bytes at a time.
bool is_ascii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::uint64_t seen = 0;
  for (; text.size() >= sizeof seen; text.remove_prefix(sizeof seen)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    seen |= word;
  }
  for (const char c : text)
    seen |= static_cast<std::uint64_t>(static_cast<unsigned char>(c));
  return (seen & kHighBits) == 0;
}

/// Finds each `\n` and `\r` of a text in turn, by memchr, which is many times faster than find_first_of.
class Ends {
 public:
  explicit Ends(std::string_view text) : text_(text), newline_(text.find('\n')) {}
  /// The first one from `at` on, never before the last `at`; npos.
  std::size_t next(std::size_t at) {
    // Kept from call to call: a text of many `\r` and no `\n` is looked through once.
    if (newline_ != std::string_view::npos && newline_ < at) newline_ = text_.find('\n', at);
    const std::size_t end = std::min(newline_, text_.size());
    const std::size_t carriage_return = text_.substr(at, end - at).find('\r');
    return carriage_return == std::string_view::npos ? newline_ : at + carriage_return;
  }

 private:
  const std::string_view text_;
  std::size_t newline_;
};

}  // namespace

std::string to_utf8(std::string_view bytes) {
  if (is_ascii(bytes)) return std::string(bytes);
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      bytes.remove_prefix(1);
    } else {
      out += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return out;
}

void LineCutter::end_line(std::vector<std::string>& out) {
  out.push_back(to_utf8(line_) + (is_cut_ ? " [line cut at 16 KiB]" : ""));
  line_.clear();
  is_cut_ = false;
  carriage_return_ = false;
}

std::vector<std::string> LineCutter::add(std::string_view bytes) {
  std::vector<std::string> out;
  Ends ends(bytes);
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t stop = ends.next(at);
    const std::string_view piece = bytes.substr(at, stop == std::string_view::npos ? stop : stop - at);
    if (!piece.empty()) {
      if (carriage_return_) {
        line_.clear();
        carriage_return_ = is_cut_ = false;
      }
      const std::size_t room = kLineBytesMax - std::min(line_.size(), kLineBytesMax);
      line_ += piece.substr(0, room);
      is_cut_ = is_cut_ || piece.size() > room;
    }
    if (stop == std::string_view::npos) break;
    const bool is_second_half = std::exchange(has_ended_by_return_, false) && bytes[stop] == '\n' && piece.empty();
    if (is_second_half) {
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
  std::vector<std::string> out;
  if (!line_.empty()) end_line(out);
  return out.empty() ? std::string() : std::move(out.front());
}

}  // namespace jarvis::agent
