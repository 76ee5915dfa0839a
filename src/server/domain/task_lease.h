// At most one run of a task counts: a caller that names its run (Identity::lease) may write to that task only while no
// newer run was handed out. Callers that name none (people, stock clients) are not held to it.
#pragma once

#include "base/ids.h"
#include "server/call.h"
#include "server/store/store.h"

namespace jarvis::server::domain {

/// 400/190 when `call` speaks for a run of the task that a newer one replaced, or that was taken back before it had
/// begun, or whose results were reset under it. `task` is the stored document.
ApiResult<void> check_lease(store::Transaction& tx, const Call& call, const json::object& task);

}  // namespace jarvis::server::domain
