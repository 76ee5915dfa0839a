// The project that a name means, made with its parents when it is missing. Runs in the caller's write transaction.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "server/call.h"
#include "server/store/store.h"

namespace jarvis::server::domain {

/// `name` is a path ("vision/detectors"). Errors: 400/407 for an empty part, 400/409 for too
/// many, 400/800 for a name that is too short, 400/414 for a place in or under a public project.
ApiResult<json::object> ensure_project(store::Transaction& tx, const Call& call, std::string_view name, WallTime now);

/// 400/407 for an empty part, 400/409 for more parts than the tree may have.
ApiResult<void> check_project_path(std::string_view path);

/// Where a call's `project` or `project_name` (made when missing) says that things move to: an id, or null for "no
/// project". Errors: 400/12 when it says neither, 400/401, those of ensure_project.
ApiResult<json::value> target_project(store::Transaction& tx, const Call& call, WallTime now);

}  // namespace jarvis::server::domain
