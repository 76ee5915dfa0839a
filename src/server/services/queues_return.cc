// queues.return_task: an agent that was given a task and cannot start it now puts it back, so that another may have it
// at once instead of when the lease is over.
#include "base/json.h"
#include "server/domain/task_document.h"
#include "server/scheduler/dispatcher.h"
#include "server/services/queues.h"
#include "server/store/queue_entries.h"

namespace jarvis::server::queues {

ApiResult<Reply> return_task(Services& services, store::Transaction& tx, const Call& call) {
  const TaskId task(get_string_or(call.body, "task", ""));
  CHECK_OK(domain::load_task(tx, call, task.str()));
  TRY(const auto lease, store::lease_of(tx, task));
  // It was started, taken off, or handed out again meanwhile: nothing to return.
  if (!lease || lease->epoch != get_int(call.body, "epoch").value_or(0))
    return Reply(json::object{{"returned", false}});
  CHECK_OK(store::end_lease(tx, task));
  CHECK_OK(store::return_lease(tx, *lease));
  tx.on_commit([&dispatcher = services.dispatcher, queue = lease->queue] { dispatcher.entry_added(queue); });
  return Reply(json::object{{"returned", true}});
}

}  // namespace jarvis::server::queues
