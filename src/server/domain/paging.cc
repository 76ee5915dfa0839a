#include "server/domain/paging.h"

namespace jarvis::server::domain {

ApiResult<void> check_not_negative(const json::object& body, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const auto given = get_int(body, name); given && *given < 0)
      return ApiError(api::validation_error, std::string(name) + ": must not be negative");
  }
  return {};
}

}  // namespace jarvis::server::domain
