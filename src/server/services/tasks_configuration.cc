// Configuration objects: {name: {name, value, type, description}}, the value a whole text.
#include <algorithm>

#include "server/domain/task_fields.h"
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"

namespace jarvis::server::tasks {
namespace {

using domain::TaskDraft;

ApiResult<Reply> saved(store::Transaction& tx, TaskDraft& task, std::string_view what) {
  task.touch();
  CHECK_OK(task.save(tx));
  return Reply(json::object{{what, 1}});
}

}  // namespace

ApiResult<Reply> get_configurations(Services&, store::Transaction& tx, const Call& call) {
  const std::vector<std::string> names = get_strings(call.body, "names");
  json::array out;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(const json::object task, domain::load_task(tx, call, id));
    json::array items;
    if (const json::object* configuration = get_object(task, "configuration")) {
      for (const auto& [name, item] : *configuration) {
        if (names.empty() || std::find(names.begin(), names.end(), name) != names.end()) items.push_back(item);
      }
    }
    out.emplace_back(json::object{{"task", id}, {"configuration", std::move(items)}});
  }
  return Reply(json::object{{"configurations", std::move(out)}});
}

ApiResult<Reply> get_configuration_names(Services&, store::Transaction& tx, const Call& call) {
  const bool skip_empty = get_bool_or(call.body, "skip_empty", true);
  json::array out;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(const json::object task, domain::load_task(tx, call, id));
    std::vector<std::string> names;
    if (const json::object* configuration = get_object(task, "configuration")) {
      for (const auto& [name, item] : *configuration) {
        const bool is_empty = !item.is_object() || get_string_or(item.get_object(), "value", "").empty();
        if (!is_empty || !skip_empty) names.emplace_back(name);
      }
    }
    std::sort(names.begin(), names.end());
    out.emplace_back(json::object{{"task", id}, {"names", json::array(names.begin(), names.end())}});
  }
  return Reply(json::object{{"configurations", std::move(out)}});
}

ApiResult<Reply> edit_configuration(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  CHECK_OK(domain::check_editable(task.state(), force_of(call.body)));
  json::object configuration = ensure_object(task.doc(), "configuration");
  if (get_bool_or(call.body, "replace_configuration", false)) configuration.clear();
  if (const json::array* items = get_array(call.body, "configuration")) {
    for (const json::value& value : *items) {
      const std::string name = value.is_object() ? get_string_or(value.get_object(), "name", "") : "";
      if (name.empty()) return ApiError(api::validation_error, "configuration: an item has no name");
      configuration[name] = value;
    }
  }
  task.set("configuration", std::move(configuration));
  return saved(tx, task, "updated");
}

ApiResult<Reply> delete_configuration(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  CHECK_OK(domain::check_editable(task.state(), force_of(call.body)));
  json::object& configuration = ensure_object(task.doc(), "configuration");
  for (const std::string& name : get_strings(call.body, "configuration"))
    configuration.stable_erase(name);
  return saved(tx, task, "deleted");
}

}  // namespace jarvis::server::tasks
