// The one error type of the libraries below the server's API: a closed code that decides behaviour,
// a message for people, and the context added on its way up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace jarvis {

enum class ErrorCode : std::uint8_t {
  invalid_argument,  // the caller or the user gave something wrong
  not_found,
  conflict,      // the state is not the one that the change needs
  unauthorized,  // no or wrong credentials
  forbidden,     // right credentials, not allowed
  unavailable,   // network or peer: may work later
  timeout,
  too_large,  // a limit of base/limits.h
  exhausted,  // disk or memory full
  corrupt,    // stored data does not read back
  io,
  cancelled,
  unsupported,
  internal,
};

std::string_view to_string(ErrorCode code);

/// True for what may succeed when simply tried again.
constexpr bool is_retryable(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::timeout;
}

class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  bool is_retryable() const { return jarvis::is_retryable(code_); }

  /// "what was being done: message". Returns itself so that a return statement can hold it.
  Error context(std::string_view doing) && {
    message_.insert(0, std::string(doing) + ": ");
    return std::move(*this);
  }
  Error context(std::string_view doing) const& { return Error(*this).context(doing); }

 private:
  ErrorCode code_;
  std::string message_;
};

/// The Error of a failed system call, its code chosen by errno (ENOSPC → exhausted, ENOENT → not_found, ...).
Error errno_error(std::string_view doing, int errno_value);

inline Error invalid_argument(std::string message) {
  return {ErrorCode::invalid_argument, std::move(message)};
}
inline Error not_found(std::string message) {
  return {ErrorCode::not_found, std::move(message)};
}
inline Error unavailable(std::string message) {
  return {ErrorCode::unavailable, std::move(message)};
}
inline Error internal_error(std::string message) {
  return {ErrorCode::internal, std::move(message)};
}

}  // namespace jarvis
