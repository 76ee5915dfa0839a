// What happens to the rest when a model goes. Runs in the caller's write transaction.
#pragma once

#include "base/clock.h"
#include "base/json.h"
#include "server/api_error.h"
#include "server/store/store.h"

namespace jarvis::server::domain {

/// 400/205 while a task starts from the model, 400/206 while the task that made it is published.
ApiResult<void> check_model_deletable(store::Transaction& tx, const json::object& model);

/// Erases the model and takes it out of the tasks that name it. A published task is a record of what happened: there
/// its id stays, as "__DELETED__<id>".
ApiResult<void> remove_model(store::Transaction& tx, const json::object& model, WallTime now);

}  // namespace jarvis::server::domain
