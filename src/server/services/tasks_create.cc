// Making tasks: new ones, checks of new ones, copies.
#include <algorithm>

#include "server/domain/task_fields.h"
#include "server/domain/task_project.h"
#include "server/domain/task_versions.h"
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"

namespace jarvis::server::tasks {
namespace {

using domain::TaskDraft;

ApiResult<TaskDraft> draft_from(Services& services, store::Transaction& tx, const Call& call) {
  json::object body = call.body;
  domain::to_newest_request(body, call.version);
  TRY(const std::string name, domain::checked_task_name(get_string_or(body, "name", "")));
  const std::string type = get_string_or(body, "type", "training");
  CHECK_OK(domain::check_task_type(type));
  const WallTime now = services.clock.wall();
  TaskDraft task = TaskDraft::of_new(domain::new_task(name, type, call.identity, now), call.identity, now);
  CHECK_OK(domain::set_fields(tx, call, body, task));
  return task;
}

/// What a copy takes from its original: the recipe, none of the results.
void copy_recipe(const json::object& from, TaskDraft& to) {
  for (const std::string_view key : {"comment", "parent", "project", "tags", "script", "container", "hyperparams",
                                     "configuration", "output", "input"}) {
    if (const json::value* value = find(from, key)) to.set(key, *value);
  }
  json::array system_tags;
  for (const std::string& tag : get_strings(from, "system_tags")) {
    if (tag != "development" && tag != "archived") system_tags.emplace_back(tag);
  }
  to.set("system_tags", std::move(system_tags));

  const json::object* execution = get_object(from, "execution");
  json::object recipe = execution == nullptr ? json::object() : *execution;
  json::array artifacts;
  if (const json::array* old = get_array(recipe, "artifacts")) {
    for (const json::value& artifact : *old) {
      if (artifact.is_object() && get_string_or(artifact.get_object(), "mode", "output") == "input") {
        artifacts.push_back(artifact);
      }
    }
  }
  recipe["artifacts"] = std::move(artifacts);
  recipe["queue"] = nullptr;
  to.set("execution", std::move(recipe));

  const json::value* inputs = find_path(from, {"models", "input"});
  to.set("models",
         json::object{{"input", inputs == nullptr ? json::value(json::array()) : *inputs}, {"output", json::array()}});
}

/// The request's new_task_* fields under the names of the task's own.
json::object overrides_of(const json::object& body) {
  json::object out;
  for (const auto& [from, to] :
       {std::pair{"new_task_comment", "comment"}, std::pair{"new_task_tags", "tags"},
        std::pair{"new_task_system_tags", "system_tags"}, std::pair{"new_task_parent", "parent"},
        std::pair{"new_task_project", "project"}, std::pair{"new_task_hyperparams", "hyperparams"},
        std::pair{"new_task_configuration", "configuration"}, std::pair{"new_task_container", "container"}}) {
    if (const json::value* value = find(body, from); value != nullptr && !value->is_null()) out[to] = *value;
  }
  if (const json::array* models = get_array(body, "new_task_input_models")) {
    out["models"] = json::object{{"input", *models}};
  }
  return out;
}

ApiResult<void> check_models(store::Transaction& tx, const Call& call, const json::object& task,
                             std::string_view direction) {
  const json::value* list = find_path(task, {"models", direction});
  if (list == nullptr || !list->is_array()) return {};
  for (const json::value& item : list->get_array()) {
    const auto id = item.is_object() ? get_string(item.get_object(), "model") : std::nullopt;
    if (id) CHECK_OK(domain::check_model(tx, call, *id));
  }
  return {};
}

/// The parts of execution that the request overrides; what it does not name stays as in the original.
void merge_execution(const json::object& overrides, TaskDraft& task) {
  json::object& execution = ensure_object(task.doc(), "execution");
  for (const auto& [key, value] : overrides) {
    if (key != "queue") execution[key] = value;
  }
}

}  // namespace

ApiResult<Reply> create(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, draft_from(services, tx, call));
  CHECK_OK(task.save(tx));
  return Reply(json::object{{"id", task.id()}});
}

ApiResult<Reply> validate(Services& services, store::Transaction& tx, const Call& call) {
  CHECK_OK(draft_from(services, tx, call));
  return Reply();
}

ApiResult<Reply> clone(Services& services, store::Transaction& tx, const Call& call) {
  json::object body = call.body;
  domain::to_newest_clone_request(body, call.version);
  TRY(const json::object original, domain::load_task(tx, call, get_string_or(body, "task", "")));
  TRY(const std::string name,
      domain::checked_task_name(get_string_or(body, "new_task_name", get_string_or(original, "name", ""))));
  const WallTime now = services.clock.wall();
  const std::string type = get_string_or(original, "type", "training");
  TaskDraft copy = TaskDraft::of_new(domain::new_task(name, type, call.identity, now), call.identity, now);
  copy_recipe(original, copy);

  json::object reply{{"id", copy.id()}};
  if (const auto project = get_string(body, "new_project_name");
      project && !project->empty() && get_string_or(body, "new_task_project", "").empty()) {
    TRY(const json::object target, domain::ensure_project(tx, call, *project, now));
    copy.set("project", target.at("id"));
    reply["new_project"] = json::object{{"id", target.at("id")}, {"name", target.at("name")}};
  }
  CHECK_OK(domain::set_fields(tx, call, overrides_of(body), copy));
  if (const json::object* overrides = get_object(body, "execution_overrides")) merge_execution(*overrides, copy);
  const bool has_new_models = get_array(body, "new_task_input_models") != nullptr;
  if (has_new_models || get_bool_or(body, "validate_references", false)) {
    CHECK_OK(check_models(tx, call, copy.doc(), "input"));
  }
  if (get_bool_or(body, "validate_references", false)) {
    if (const auto project = get_string(copy.doc(), "project")) CHECK_OK(domain::check_project(tx, call, *project));
    if (const auto parent = get_string(copy.doc(), "parent")) CHECK_OK(domain::load_task_text(tx, call, *parent));
  }
  CHECK_OK(copy.save(tx));
  return Reply(std::move(reply));
}

}  // namespace jarvis::server::tasks
