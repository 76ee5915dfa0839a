// Onto a queue and off it again.
#include "server/domain/task_fields.h"
#include "server/domain/task_queue.h"
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"
#include "server/store/queue_entries.h"

namespace jarvis::server::tasks {
namespace {

using domain::StatusNote;
using domain::TaskDraft;
using domain::TaskState;

/// By id, else by name (made when missing), else the default one.
ApiResult<json::object> chosen_queue(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "queue", "");
  const std::string name = get_string_or(call.body, "queue_name", "");
  if (id.empty() && !name.empty()) return domain::queue_by_name(tx, call, name, services.clock.wall());
  return domain::queue_or_default(tx, call);
}

/// True when the task was in a queue. A task that says `queued` but is in none is put right all the same.
ApiResult<bool> take_off_queue(store::Transaction& tx, TaskDraft& task, const json::object& body) {
  TRY(const auto entry, store::entry_of(tx, TaskId(task.id())));
  TRY(const auto lease, store::lease_of(tx, TaskId(task.id())));
  const bool was_in_queue = entry.has_value() || lease.has_value();
  if (const auto name = get_string(body, "new_status"); name && !name->empty()) {
    const auto to = domain::task_state_from(*name);
    if (!to) return ApiError(api::validation_error, "new_status: unknown status \"" + *name + "\"");
    if (*to == task.state()) return was_in_queue;  // an agent that starts what it has started
    CHECK_OK(change_status(tx, task, *to, domain::Force::no, StatusNote::from(body)));
    return was_in_queue;
  }
  if (task.state() == TaskState::queued) {
    task.become(state_before_queue(task.doc()), StatusNote::from(body));
    CHECK_OK(task.save(tx));
  } else if (task.state() != TaskState::created) {
    return ApiError(api::invalid_task_status, "task " + task.id() + " is not queued")
        .with("current_status", json::value(domain::to_string(task.state())));
  }
  return was_in_queue;
}

/// What an agent would stumble over: no script to run, or a model that is not there.
ApiResult<void> check_runnable(store::Transaction& tx, const Call& call, const TaskDraft& task) {
  const json::object* script = get_object(task.doc(), "script");
  if (script == nullptr || get_string_or(*script, "entry_point", "").empty())
    return ApiError(api::task_validation, "task " + task.id() + " has no script.entry_point");
  const json::value* inputs = find_path(task.doc(), {"models", "input"});
  for (const json::value& input : inputs != nullptr && inputs->is_array() ? inputs->get_array() : json::array()) {
    const auto model = input.is_object() ? get_string(input.get_object(), "model") : std::nullopt;
    if (model) CHECK_OK(domain::check_model(tx, call, *model));
  }
  return {};
}

json::object dequeued(TaskDraft& task, bool was_in_queue) {
  return {{"dequeued", was_in_queue ? 1 : 0}, {"updated", was_in_queue ? 1 : 0}, {"fields", task.take_fields()}};
}

}  // namespace

ApiResult<Reply> enqueue(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  TRY(const json::object queue, chosen_queue(services, tx, call));
  CHECK_OK(put_in_queue(services, tx, task, queue, force_of(call.body), StatusNote::from(call.body)));
  json::object reply = updated(task);
  reply["queued"] = 1;
  if (get_bool_or(call.body, "verify_watched_queue", false)) {
    TRY(const bool watched, domain::is_watched(tx, call, queue, services.clock.wall()));
    reply["queue_watched"] = watched;
  }
  return Reply(std::move(reply));
}

ApiResult<Reply> enqueue_many(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const json::object queue, chosen_queue(services, tx, call));
  const bool is_checked = get_bool_or(call.body, "validate_tasks", false);
  TRY(Reply reply, for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
        TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
        if (is_checked) CHECK_OK(check_runnable(tx, call, task));
        CHECK_OK(put_in_queue(services, tx, task, queue, force_of(call.body), StatusNote::from(call.body)));
        json::object row = updated(task);
        row["queued"] = true;
        return row;
      }));
  if (get_bool_or(call.body, "verify_watched_queue", false)) {
    TRY(const bool watched, domain::is_watched(tx, call, queue, services.clock.wall()));
    reply.data["queue_watched"] = watched;
  }
  return reply;
}

ApiResult<Reply> dequeue(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  TRY(const bool was_in_queue, take_off_queue(tx, task, call.body));
  return Reply(dequeued(task, was_in_queue));
}

ApiResult<Reply> dequeue_many(Services& services, store::Transaction& tx, const Call& call) {
  return for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    TRY(const bool was_in_queue, take_off_queue(tx, task, call.body));
    json::object row = dequeued(task, was_in_queue);
    row["dequeued"] = was_in_queue;
    return row;
  });
}

}  // namespace jarvis::server::tasks
