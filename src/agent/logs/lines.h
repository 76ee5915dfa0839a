// Cuts a byte stream into log lines. Progress bars (`\r`) keep their last state of each flush, over-long lines are cut,
// bytes that are not UTF-8 are replaced. Pure; one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jarvis::agent {

inline constexpr std::size_t kLineBytesMax = 16U << 10;

class LineCutter {
 public:
  /// From now on `\r` ends a line like `\n` does.
  void keep_carriage_returns() { keeps_carriage_returns_ = true; }
  /// The lines that are complete now.
  std::vector<std::string> add(std::string_view bytes);
  /// What is left, as a line without its end; empty when there is nothing.
  std::string flush();
  bool has_open_line() const { return !line_.empty(); }

 private:
  void end_line(std::vector<std::string>& out);
  std::string line_;
  bool carriage_return_ = false;  // the next character begins the line anew
  bool is_cut_ = false;
  bool keeps_carriage_returns_ = false;
  bool has_ended_by_return_ = false;
};

/// Valid UTF-8, with U+FFFD for what is not.
std::string to_utf8(std::string_view bytes);

}  // namespace jarvis::agent
