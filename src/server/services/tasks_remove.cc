// What takes results away: reset makes a draft of a task again, delete ends it.
#include <algorithm>

#include "server/events/event_store.h"
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"
#include "server/store/documents.h"

namespace jarvis::server::tasks {
namespace {

using domain::Force;
using domain::StatusNote;
using domain::TaskDraft;
using domain::TaskState;

struct Removed {
  std::int64_t models = 0;
  json::array model_urls, artifact_urls;
};

json::array urls_of_output_artifacts(const json::object& task) {
  json::array urls;
  const json::value* artifacts = find_path(task, {"execution", "artifacts"});
  if (artifacts == nullptr || !artifacts->is_array()) return urls;
  for (const json::value& artifact : artifacts->get_array()) {
    if (!artifact.is_object() || get_string_or(artifact.get_object(), "mode", "output") == "input") continue;
    if (const auto uri = get_string(artifact.get_object(), "uri")) urls.emplace_back(*uri);
  }
  return urls;
}

Result<std::vector<json::object>> models_made_by(store::Transaction& tx, const std::string& task) {
  store::Query query;
  query.where = store::filter::equals({"task"}, json::value(task));
  return store::find(tx, store::Kind::model, query);
}

/// Deletes the models that the task made. One that is published or that another task uses stays and, when its maker
/// goes, forgets it.
ApiResult<void> remove_output_models(store::Transaction& tx, const TaskDraft& task, Removed& removed) {
  TRY(auto models, models_made_by(tx, task.id()));
  for (json::object& model : models) {
    const std::string id = get_string_or(model, "id", "");
    TRY(const auto used, tx.run("model_is_used", {std::string_view(id), std::string_view(task.id())}));
    if (get_bool_or(model, "ready", false) || used.front().integer(0) != 0) continue;
    if (const auto uri = get_string(model, "uri")) removed.model_urls.emplace_back(*uri);
    CHECK_OK(store::erase(tx, store::Kind::model, id));
    ++removed.models;
  }
  return {};
}

json::object urls(const json::object& body, Removed& removed) {
  if (!get_bool_or(body, "return_file_urls", false)) return {};
  return {{"event_urls", json::array()},
          {"model_urls", std::move(removed.model_urls)},
          {"artifact_urls", std::move(removed.artifact_urls)}};
}

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

ApiResult<json::object> reset_task(Services& services, store::Transaction& tx, TaskDraft& task,
                                   const json::object& body) {
  CHECK_OK(domain::check_transition(task.state(), TaskState::created, force_of(body)));
  const bool was_queued = task.state() == TaskState::queued;
  Removed removed;
  removed.artifact_urls = urls_of_output_artifacts(task.doc());
  if (get_bool_or(body, "delete_output_models", true)) CHECK_OK(remove_output_models(tx, task, removed));
  CHECK_OK(services.events.delete_task_events(tx, TaskId(task.id())));
  task.become(TaskState::created, StatusNote::from(body));
  clear_results(task, get_bool_or(body, "clear_all", false));
  CHECK_OK(task.save(tx));
  return json::object{{"deleted_models", removed.models},
                      {"dequeued", json::object{{"removed", was_queued ? 1 : 0}}},
                      {"events", json::object()},
                      {"urls", urls(body, removed)}};
}

Result<std::vector<json::object>> children_of(store::Transaction& tx, const std::string& task) {
  store::Query query;
  query.where = store::filter::equals({"parent"}, json::value(task));
  return store::find(tx, store::Kind::task, query);
}

ApiError not_deletable(const TaskDraft& task, std::string why) {
  return ApiError(api::task_not_deletable, "task " + task.id() + " " + std::move(why) + "; force deletes it")
      .with("current_status", json::value(domain::to_string(task.state())));
}

ApiResult<void> check_deletable(store::Transaction& tx, const TaskDraft& task,
                                const std::vector<json::object>& children) {
  if (task.state() == TaskState::published) return not_deletable(task, "is published");
  if (task.state() == TaskState::in_progress) return not_deletable(task, "is in progress");
  if (std::any_of(children.begin(), children.end(),
                  [](const json::object& child) { return domain::state_of(child) == TaskState::published; })) {
    return not_deletable(task, "has published children");
  }
  TRY(const auto models, models_made_by(tx, task.id()));
  if (std::any_of(models.begin(), models.end(),
                  [](const json::object& model) { return get_bool_or(model, "ready", false); })) {
    return not_deletable(task, "has published models");
  }
  return {};
}

ApiResult<json::object> delete_task(Services& services, store::Transaction& tx, TaskDraft& task,
                                    const json::object& body) {
  TRY(auto children, children_of(tx, task.id()));
  if (force_of(body) == Force::no) CHECK_OK(check_deletable(tx, task, children));
  Removed removed;
  removed.artifact_urls = urls_of_output_artifacts(task.doc());
  if (get_bool_or(body, "delete_output_models", true)) CHECK_OK(remove_output_models(tx, task, removed));
  TRY(auto models_left, models_made_by(tx, task.id()));
  for (json::object& model : models_left) {
    model["task"] = nullptr;
    CHECK_OK(store::put(tx, store::Kind::model, model));
  }
  for (json::object& child : children) {
    child["parent"] = nullptr;
    CHECK_OK(store::put(tx, store::Kind::task, child));
  }
  CHECK_OK(services.events.delete_task_events(tx, TaskId(task.id())));
  // Off its queue first: what is deleted must not be handed out, nor come back from a lease.
  if (task.state() == TaskState::queued) {
    task.become(TaskState::created, {});
    CHECK_OK(task.save(tx));
  }
  CHECK_OK(store::erase(tx, store::Kind::task, task.id()));
  return json::object{{"deleted", true},
                      {"updated_children", children.size()},
                      {"updated_models", models_left.size()},
                      {"deleted_models", removed.models},
                      {"updated_versions", 0},
                      {"events", json::object()},
                      {"urls", urls(body, removed)}};
}

}  // namespace

ApiResult<Reply> reset(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  TRY(json::object reply, reset_task(services, tx, task, call.body));
  reply["updated"] = 1;
  reply["fields"] = task.take_fields();
  return Reply(std::move(reply));
}

ApiResult<Reply> reset_many(Services& services, store::Transaction& tx, const Call& call) {
  return for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    TRY(json::object row, reset_task(services, tx, task, call.body));
    row["reset"] = true;
    return row;
  });
}

ApiResult<Reply> remove(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  TRY(json::object reply, delete_task(services, tx, task, call.body));
  return Reply(std::move(reply));
}

ApiResult<Reply> remove_many(Services& services, store::Transaction& tx, const Call& call) {
  return for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    return delete_task(services, tx, task, call.body);
  });
}

}  // namespace jarvis::server::tasks
