// Queues as documents, and which one a request means. Runs in the caller's transaction.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "server/call.h"
#include "server/store/store.h"

namespace jarvis::server::domain {

json::object new_queue(std::string_view name, const Identity& owner, WallTime now);

/// 400/701 when the caller sees no such queue.
ApiResult<json::object> load_queue(store::Transaction& tx, const Call& call, std::string_view id);
/// The queue with the system tag `default`. 400/707 without one, 400/708 when there are two.
ApiResult<json::object> default_queue(store::Transaction& tx, const Call& call);
/// The queue that `body.queue` names by its id, else the default one.
ApiResult<json::object> queue_or_default(store::Transaction& tx, const Call& call);
/// True when a worker that was seen lately takes tasks from it.
ApiResult<bool> is_watched(store::Transaction& tx, const Call& call, const json::object& queue, WallTime now);
/// Makes it when it is missing.
ApiResult<json::object> queue_by_name(store::Transaction& tx, const Call& call, std::string_view name, WallTime now);

}  // namespace jarvis::server::domain
