#include "server/services/tasks_steps.h"

#include <optional>

#include "server/domain/task_lost.h"
#include "server/scheduler/dispatcher.h"
#include "server/store/queue_entries.h"

namespace jarvis::server::tasks {

using domain::StatusNote;
using domain::TaskDraft;
using domain::TaskState;

ApiResult<TaskDraft> open_task(Services& services, store::Transaction& tx, const Call& call) {
  return TaskDraft::open(tx, call, get_string_or(call.body, "task", ""), services.clock.wall());
}

json::object updated(TaskDraft& task) {
  return {{"updated", 1}, {"fields", task.take_fields()}};
}

ApiResult<void> change_status(store::Transaction& tx, TaskDraft& task, TaskState to, domain::Force force,
                              const StatusNote& note) {
  CHECK_OK(domain::check_transition(task.state(), to, force));
  task.become(to, note);
  return task.save(tx);
}

TaskState state_before_queue(const json::object& task) {
  const auto name = get_string(task, "enqueue_status");
  const auto state = name ? domain::task_state_from(*name) : std::nullopt;
  return state && *state != TaskState::queued ? *state : TaskState::created;
}

ApiResult<void> put_in_queue(Services& services, store::Transaction& tx, TaskDraft& task, const json::object& queue,
                             domain::Force force, const StatusNote& note) {
  const TaskId id(task.id());
  const QueueId queue_id(get_string_or(queue, "id", ""));
  TRY(const auto entry, store::entry_of(tx, id));
  if (entry && entry->queue == queue_id) {
    return ApiError(api::task_already_queued, "task=" + id.str() + ", queue=" + queue_id.str());
  }
  if (task.state() == TaskState::queued && force == domain::Force::no) {
    return ApiError(api::invalid_task_status, "task " + id.str() + " is queued already")
        .with("current_status", json::value("queued"))
        .with("new_status", json::value("queued"));
  }
  CHECK_OK(domain::check_transition(task.state(), TaskState::queued, force));
  if (entry) CHECK_OK(store::remove(tx, id));
  if (task.state() != TaskState::queued) task.set("enqueue_status", domain::to_string(task.state()));
  task.become(TaskState::queued, note);
  domain::remove_system_tag(task.doc(), "development");
  domain::forget_times_lost(task.doc());
  task.set_queue(queue_id.str());
  CHECK_OK(task.save(tx));
  CHECK_OK(store::push_back(tx, queue_id, id, task.now()));
  tx.on_commit([&dispatcher = services.dispatcher, queue_id] { dispatcher.entry_added(queue_id); });
  return {};
}

ApiResult<Reply> for_each_id(const Call& call, const OneOfMany& one) {
  json::array succeeded, failed;
  std::optional<ApiError> first;
  for (const std::string& id : get_strings(call.body, "ids")) {
    auto done = one(id);
    if (done) {
      (*done)["id"] = id;
      succeeded.emplace_back(std::move(*done));
      continue;
    }
    const ApiError& error = done.error();
    failed.emplace_back(json::object{
        {"id", id},
        {"error",
         {{"codes", {error.code().status, error.code().subcode}}, {"msg", error.message()}, {"data", error.data()}}}});
    if (error.code().status >= 500) return error;  // nothing of a broken transaction may be kept
    if (!first) first = error;
  }
  if (succeeded.empty() && first) return *first;
  return Reply(json::object{{"succeeded", std::move(succeeded)}, {"failed", std::move(failed)}});
}

}  // namespace jarvis::server::tasks
