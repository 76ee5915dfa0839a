#include "server/domain/task_lease.h"

#include "server/store/queue_entries.h"

namespace jarvis::server::domain {

ApiResult<void> check_lease(store::Transaction& tx, const Call& call, const TaskId& task) {
  const auto& claim = call.identity.lease;
  if (!claim || claim->task != task) return {};
  TRY(const std::int64_t newest, store::epoch_of(tx, task));
  if (claim->epoch >= newest) return {};
  return ApiError(api::stale_lease, "run " + std::to_string(claim->epoch) + " of task " + task.str() +
                                        " was replaced by run " + std::to_string(newest));
}

}  // namespace jarvis::server::domain
