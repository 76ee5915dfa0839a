#include "server/domain/task_lease.h"

#include "server/store/queue_entries.h"

namespace jarvis::server::domain {

ApiResult<void> check_lease(store::Transaction& tx, const Call& call, const json::object& task) {
  const auto& claim = call.identity.lease;
  const std::string id = get_string_or(task, "id", "");
  if (!claim || claim->task.str() != id) return {};
  if (claim->epoch <= get_int(task, "void_epoch").value_or(0)) {
    return ApiError(api::stale_lease, "run " + std::to_string(claim->epoch) + " of task " + id +
                                          " was taken off its queue before it had started, or reset");
  }
  TRY(const std::int64_t newest, store::epoch_of(tx, claim->task));
  if (claim->epoch >= newest) return {};
  return ApiError(api::stale_lease, "run " + std::to_string(claim->epoch) + " of task " + id + " was replaced by run " +
                                        std::to_string(newest));
}

}  // namespace jarvis::server::domain
