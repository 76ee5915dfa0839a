// At most one run of a task counts: a caller that names its run (Identity::lease) may write to that task only while no
// newer run was handed out. Callers that name none (people, stock clients) are not held to it.
#pragma once

#include "base/ids.h"
#include "server/call.h"
#include "server/store/store.h"

namespace jarvis::server::domain {

/// 400/190 when `call` speaks for a run of `task` that a newer one replaced.
ApiResult<void> check_lease(store::Transaction& tx, const Call& call, const TaskId& task);

}  // namespace jarvis::server::domain
