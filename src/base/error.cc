#include "base/error.h"

#include <cerrno>
#include <cstring>

namespace jarvis {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::unauthorized:
      return "unauthorized";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::timeout:
      return "timeout";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::exhausted:
      return "exhausted";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::io:
      return "io";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

namespace {

ErrorCode code_of(int errno_value) {
  switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
    case ESRCH:
      return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case ELOOP:
      return ErrorCode::forbidden;
    case ENOSPC:
    case EDQUOT:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return ErrorCode::exhausted;
    case EEXIST:
    case EBUSY:
      return ErrorCode::conflict;
    case EINVAL:
    case ENAMETOOLONG:
      return ErrorCode::invalid_argument;
    case ETIMEDOUT:
      return ErrorCode::timeout;
    case ECONNREFUSED:
    case ECONNRESET:
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EPIPE:
      return ErrorCode::unavailable;
    default:
      return ErrorCode::io;
  }
}

}  // namespace

Error errno_error(std::string_view doing, int errno_value) {
  return Error(code_of(errno_value), std::string(doing) + ": " + std::strerror(errno_value));
}

}  // namespace jarvis
