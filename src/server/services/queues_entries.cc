// What waits in a queue, and its order.
#include <algorithm>

#include "server/domain/task_queue.h"
#include "server/scheduler/dispatcher.h"
#include "server/services/queues.h"
#include "server/services/tasks_steps.h"
#include "server/store/queue_entries.h"

namespace jarvis::server::queues {
namespace {

using domain::StatusNote;
using domain::TaskDraft;
using domain::TaskState;

ApiResult<QueueId> queue_of(store::Transaction& tx, const Call& call) {
  TRY(const json::object queue, domain::load_queue(tx, call, get_string_or(call.body, "queue", "")));
  return QueueId(get_string_or(queue, "id", ""));
}

enum class Where : std::uint8_t { forward, backward, front, back };

ApiResult<Reply> move_task(store::Transaction& tx, const Call& call, Where where) {
  TRY(const QueueId queue, queue_of(tx, call));
  const TaskId task(get_string_or(call.body, "task", ""));
  TRY(const auto entries, store::entries(tx, queue));
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.task == task; });
  if (found == entries.end()) {
    return ApiError(api::no_task_in_queue, "task=" + task.str() + ", queue=" + queue.str());
  }
  const auto last = static_cast<std::int64_t>(entries.size()) - 1;
  const std::int64_t now_at = found - entries.begin();
  const std::int64_t count = std::clamp<std::int64_t>(get_int(call.body, "count").value_or(1), 0, last);
  std::int64_t index = 0;
  switch (where) {
    case Where::forward:
      index = std::max<std::int64_t>(0, now_at - count);
      break;
    case Where::backward:
      index = std::min(last, now_at + count);
      break;
    case Where::front:
      break;
    case Where::back:
      index = last;
      break;
  }
  CHECK_OK(store::move_to(tx, task, static_cast<std::size_t>(index)));
  return Reply(json::object{{"position", index}});
}

/// Gives a task that stands in a queue the status it had before; save() takes it off.
ApiResult<void> restore(store::Transaction& tx, TaskDraft& task, const StatusNote& note) {
  if (task.state() == TaskState::queued) task.become(tasks::state_before_queue(task.doc()), note);
  return task.save(tx);
}

}  // namespace

ApiResult<Reply> add_task(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const json::object queue, domain::load_queue(tx, call, get_string_or(call.body, "queue", "")));
  TRY(TaskDraft task, tasks::open_task(services, tx, call));
  CHECK_OK(tasks::put_in_queue(services, tx, task, queue, tasks::force_of(call.body), StatusNote::from(call.body)));
  return Reply(json::object{{"added", 1}});
}

// Without update_task_status the caller takes the task over itself (a Kubernetes glue does): it stays `queued`, and the
// caller says `started`.
ApiResult<Reply> remove_task(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const QueueId queue, queue_of(tx, call));
  TRY(TaskDraft task, tasks::open_task(services, tx, call));
  TRY(const auto entry, store::entry_of(tx, TaskId(task.id())));
  if (!entry || entry->queue != queue) return Reply(json::object{{"removed", 0}});
  CHECK_OK(store::remove(tx, entry->task));
  if (get_bool_or(call.body, "update_task_status", false)) {
    CHECK_OK(restore(tx, task, StatusNote::from(call.body)));
  }
  return Reply(json::object{{"removed", 1}});
}

ApiResult<json::array> empty_queue(Services& services, store::Transaction& tx, const Call& call, const QueueId& queue) {
  std::vector<std::string> ids;
  TRY(const auto entries, store::entries(tx, queue));
  for (const store::QueueEntry& entry : entries)
    ids.push_back(entry.task.str());
  TRY(const auto leased, tx.run("leased_of_queue", {std::string_view(queue.str())}));
  for (const store::Row& row : leased)
    ids.push_back(row.text(0));
  for (const std::string& id : ids) {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    CHECK_OK(store::remove(tx, TaskId(id)));
    CHECK_OK(restore(tx, task, StatusNote{"removed from its queue", ""}));
  }
  return json::array(ids.begin(), ids.end());
}

ApiResult<Reply> clear_queue(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const QueueId queue, queue_of(tx, call));
  TRY(json::array removed, empty_queue(services, tx, call, queue));
  return Reply(json::object{{"removed_tasks", std::move(removed)}});
}

ApiResult<Reply> get_num_entries(Services&, store::Transaction& tx, const Call& call) {
  TRY(const QueueId queue, queue_of(tx, call));
  TRY(const std::int64_t count, store::entry_count(tx, queue));
  return Reply(json::object{{"num", count}});
}

ApiResult<Reply> peek_task(Services&, store::Transaction& tx, const Call& call) {
  TRY(const QueueId queue, queue_of(tx, call));
  TRY(const auto first, store::first_entry(tx, queue));
  json::object reply;
  if (first) reply["task"] = first->task.str();
  return Reply(std::move(reply));
}

ApiResult<Reply> move_task_forward(Services&, store::Transaction& tx, const Call& call) {
  return move_task(tx, call, Where::forward);
}
ApiResult<Reply> move_task_backward(Services&, store::Transaction& tx, const Call& call) {
  return move_task(tx, call, Where::backward);
}
ApiResult<Reply> move_task_to_front(Services&, store::Transaction& tx, const Call& call) {
  return move_task(tx, call, Where::front);
}
ApiResult<Reply> move_task_to_back(Services&, store::Transaction& tx, const Call& call) {
  return move_task(tx, call, Where::back);
}

// The task keeps the time it has waited since, but goes to the end of the other queue.
ApiResult<Reply> move_task_to_queue(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const QueueId queue, queue_of(tx, call));
  TRY(const json::object target, domain::load_queue(tx, call, get_string_or(call.body, "target_queue", "")));
  const QueueId target_id(get_string_or(target, "id", ""));
  TRY(TaskDraft task, tasks::open_task(services, tx, call));
  TRY(const auto entry, store::entry_of(tx, TaskId(task.id())));
  if (!entry || entry->queue != queue)
    return ApiError(api::no_task_in_queue, "task=" + task.id() + ", queue=" + queue.str());
  if (target_id == queue) return ApiError(api::task_already_queued, "task=" + task.id() + ", queue=" + queue.str());
  CHECK_OK(store::remove(tx, entry->task));
  CHECK_OK(store::push_back(tx, target_id, entry->task, entry->added));
  if (get_bool_or(call.body, "update_execution_queue", true)) {
    task.set_queue(target_id.str());
    task.touch();
    CHECK_OK(task.save(tx));
  }
  tx.on_commit([&dispatcher = services.dispatcher, target_id] { dispatcher.entry_added(target_id); });
  return Reply(json::object{{"moved", 1}});
}

// A task that was handed out and has not started yet counts as in its queue: that is where it goes back to.
ApiResult<Reply> get_by_task_id(Services&, store::Transaction& tx, const Call& call) {
  const std::string task = get_string_or(call.body, "task", "");
  CHECK_OK(domain::load_task_text(tx, call, task));
  TRY(const auto entry, store::entry_of(tx, TaskId(task)));
  TRY(const auto lease, store::lease_of(tx, TaskId(task)));
  if (!entry && !lease) return Reply(json::object{{"queue", nullptr}});
  TRY(json::object queue, domain::load_queue(tx, call, entry ? entry->queue.str() : lease->queue.str()));
  // Clients of the hosted product read the queue's fields beside each other, others below `queue`.
  json::object reply{{"id", queue.at("id")}, {"name", queue.at("name")}};
  if (const json::value* display = find(queue, "display_name")) reply["display_name"] = *display;
  reply["queue"] = std::move(queue);
  return Reply(std::move(reply));
}

}  // namespace jarvis::server::queues
