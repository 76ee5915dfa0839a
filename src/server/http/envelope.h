// The answer around every call: {"meta": {...}, "data": {...}}, as one buffer. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/call.h"

namespace jarvis::server::http {

/// Service, action and version of "/v2.13/tasks.get_by_id/".
struct Target {
  std::string endpoint;               // "tasks.get_by_id"
  std::optional<ApiVersion> version;  // none: the newest
};
/// Nothing when the path has another form (400/0).
std::optional<Target> parse_target(std::string_view path);

struct Meta {
  std::string id, trx;
  std::string endpoint;
  std::optional<ApiVersion> requested;
  std::optional<ApiVersion> actual;
};

std::string envelope(const Meta& meta, const ApiResult<Reply>& result);

}  // namespace jarvis::server::http
