// A running task whose worker is lost: whether it fails or waits again, and where. Runs in the caller's transaction.
#pragma once

#include <optional>
#include <string_view>

#include "base/ids.h"
#include "base/json.h"
#include "server/domain/task_document.h"
#include "server/store/queue_entries.h"

namespace jarvis::server::domain {

/// How often a task is put back into its queue before it fails; 0: never.
struct LostPolicy {
  int times = 0;
};
/// "fail", "queue" (three times) or "queue:N". Errors: invalid_argument.
Result<LostPolicy> lost_policy_from(std::string_view text);

/// The metadata item of a queue that says it for the tasks which were started from it.
inline constexpr std::string_view kLostPolicyKey = "on_lost_worker";
/// What the queue says, else `fallback`. Errors: invalid_argument.
Result<LostPolicy> lost_policy_of(const json::object& queue, LostPolicy fallback);

/// Where the task goes back to when its worker is lost: it is started from this lease.
void remember_place(json::object& task, const store::Lease& lease);
/// Nothing when it is to fail: its policy says so, it was put back often enough, or it came from no queue that is
/// there.
Result<std::optional<store::Lease>> place_to_wait_again(store::Transaction& tx, const json::object& task,
                                                        LostPolicy fallback);
/// Puts a running task back at its old place. What its old run still writes is refused.
ApiResult<void> wait_again(store::Transaction& tx, TaskDraft& task, const store::Lease& place);
/// How often it was put back since somebody enqueued it.
std::int64_t times_lost(const json::object& task);
void forget_times_lost(json::object& task);

}  // namespace jarvis::server::domain
