// What takes results away: reset makes a draft of a task again, delete ends it.
#include "server/services/task_removal.h"
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"

namespace jarvis::server::tasks {
namespace {

using domain::StatusNote;
using domain::TaskDraft;
using domain::TaskState;

void clear_results(TaskDraft& task, bool clear_all) {
  json::object execution = ensure_object(task.doc(), "execution");
  json::array inputs;
  if (const json::array* artifacts = get_array(execution, "artifacts")) {
    for (const json::value& artifact : *artifacts) {
      if (artifact.is_object() && get_string_or(artifact.get_object(), "mode", "output") == "input") {
        inputs.push_back(artifact);
      }
    }
  }
  if (clear_all) {
    execution.clear();
    task.set("script", json::object());
  }
  execution["artifacts"] = std::move(inputs);
  execution["queue"] = nullptr;
  task.set("execution", std::move(execution));
  json::object models = ensure_object(task.doc(), "models");
  models["output"] = json::array();
  task.set("models", std::move(models));
  for (const std::string_view key :
       {"started", "completed", "published", "active_duration", "last_worker", "last_worker_report"}) {
    task.set(key, nullptr);
  }
  task.set("last_iteration", 0);
  task.set("last_metrics", json::object());
  task.set("runtime", json::object());
  json::object output = ensure_object(task.doc(), "output");
  output.stable_erase("result");
  output.stable_erase("error");
  task.set("output", std::move(output));
}

ApiResult<json::object> reset_task(Services& services, store::Transaction& tx, const Call& call, TaskDraft& task) {
  CHECK_OK(domain::check_transition(task.state(), TaskState::created, force_of(call.body)));
  const bool was_queued = task.state() == TaskState::queued;
  const RemovalWish wish = RemovalWish::from(call.body);
  TRY(const Removed removed, remove_results(services, tx, call, task, wish));
  task.become(TaskState::created, StatusNote::from(call.body));
  clear_results(task, get_bool_or(call.body, "clear_all", false));
  CHECK_OK(task.save(tx));
  json::object reply{{"deleted_models", removed.models},
                     {"dequeued", json::object{{"removed", was_queued ? 1 : 0}}},
                     {"events", json::object()},
                     {"updated", 1},
                     {"fields", task.take_fields()}};
  removed.describe(wish, reply);
  return reply;
}

ApiResult<json::object> delete_task(Services& services, store::Transaction& tx, const Call& call, TaskDraft& task) {
  const RemovalWish wish = RemovalWish::from(call.body);
  TRY(const Removed removed, remove_task(services, tx, call, task, wish));
  json::object reply{{"deleted", true},
                     {"updated_children", removed.children},
                     {"updated_models", removed.kept_models},
                     {"deleted_models", removed.models},
                     {"updated_versions", 0},
                     {"events", json::object()}};
  removed.describe(wish, reply);
  return reply;
}

}  // namespace

ApiResult<Reply> reset(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  TRY(json::object reply, reset_task(services, tx, call, task));
  return Reply(std::move(reply));
}

ApiResult<Reply> reset_many(Services& services, store::Transaction& tx, const Call& call) {
  return for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    TRY(json::object row, reset_task(services, tx, call, task));
    row["reset"] = true;
    row["dequeued"] = row.at("dequeued").at("removed") == 1;
    return row;
  });
}

ApiResult<Reply> remove(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  TRY(json::object reply, delete_task(services, tx, call, task));
  return Reply(std::move(reply));
}

ApiResult<Reply> remove_many(Services& services, store::Transaction& tx, const Call& call) {
  return for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    return delete_task(services, tx, call, task);
  });
}

}  // namespace jarvis::server::tasks
