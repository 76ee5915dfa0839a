// Cuts a byte stream into log lines. Progress bars (`\r`) keep their last state of each flush, over-long lines go on in
// the next one, bytes that are not UTF-8 are replaced. Pure; one thread.
#pragma once

#include <string>
#include <string_view>

namespace jarvis::agent {

inline constexpr std::size_t kLineBytesMax = 16U << 10;

class LineCutter {
 public:
  /// From now on `\r` ends a line like `\n` does.
  void keep_carriage_returns() { keeps_carriage_returns_ = true; }
  /// The lines that are complete now, each with its `\n`.
  std::string add(std::string_view bytes);
  /// What is left, as a line; empty when there is nothing.
  std::string flush();
  bool has_open_line() const { return !line_.empty(); }

 private:
  bool is_between_lines() const { return line_.empty() && !carriage_return_ && !has_ended_by_return_; }
  void add_to_line(std::string_view piece, std::string& out);
  void end_line(std::string& out);
  std::string line_;
  bool carriage_return_ = false;  // the next character begins the line anew
  bool keeps_carriage_returns_ = false;
  bool has_ended_by_return_ = false;
};

/// Valid UTF-8, with U+FFFD for what is not.
std::string to_utf8(std::string_view bytes);

}  // namespace jarvis::agent
