#include "server/api_error.h"

namespace jarvis::server {
namespace {

const ApiCode& code_for(const Error& error) {
  switch (error.code()) {
    case ErrorCode::exhausted:
      return api::database_full;
    case ErrorCode::unavailable:
    case ErrorCode::timeout:
    case ErrorCode::cancelled:
      return api::unavailable;
    case ErrorCode::invalid_argument:
      return api::validation_error;
    case ErrorCode::too_large:
      return api::body_too_large;
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::unauthorized:
    case ErrorCode::forbidden:
    case ErrorCode::corrupt:
    case ErrorCode::io:
    case ErrorCode::unsupported:
    case ErrorCode::internal:
      return api::internal;
  }
  return api::internal;
}

}  // namespace

ApiError::ApiError(const Error& error) : code_(code_for(error)), detail_(error.message()) {}

std::string ApiError::message() const {
  std::string text(code_.text);
  if (!detail_.empty()) text += ": " + detail_;
  return text;
}

}  // namespace jarvis::server
