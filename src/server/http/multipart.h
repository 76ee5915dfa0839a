// A multipart/form-data body as it streams in, at any chunk border. Pure: what it finds goes to callbacks. One thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace jarvis::server::http {

/// The boundary of a Content-Type, or nothing.
std::optional<std::string> boundary_of(std::string_view content_type);

class MultipartReader {
 public:
  struct Part {
    std::string name;      // of the form's field
    bool is_file = false;  // it has a file's name, too
  };
  struct Callbacks {
    std::function<Status(const Part&)> begin_part;
    std::function<Status(std::string_view bytes)> data;
    std::function<Status()> end_part;
  };
  MultipartReader(std::string boundary, Callbacks callbacks);

  /// Errors: invalid_argument for what is not multipart, whatever a callback returns.
  Status add(std::string_view bytes);
  /// True when the closing boundary was seen.
  bool is_complete() const { return state_ == State::done; }

 private:
  enum class State : std::uint8_t { preamble, headers, body, after_boundary, done };
  Status read_headers();
  Status step(bool& progressed);

  const std::string delimiter_;  // "\r\n--boundary"
  Callbacks callbacks_;
  State state_ = State::preamble;
  std::string buffer_;
};

}  // namespace jarvis::server::http
