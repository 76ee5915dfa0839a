// The project that a name means, made with its parents when it is missing. Runs in the caller's write transaction.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "server/call.h"
#include "server/store/store.h"

namespace jarvis::server::domain {

/// `name` is a path ("vision/detectors"). Errors: 400/407 for an empty part, 400/800 for a name that is too short.
ApiResult<json::object> ensure_project(store::Transaction& tx, const Call& call, std::string_view name, WallTime now);

}  // namespace jarvis::server::domain
