// The lists of artifacts and models that a task holds.
#include <algorithm>

#include "server/domain/task_fields.h"
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"

namespace jarvis::server::tasks {
namespace {

using domain::Force;
using domain::TaskDraft;

std::string mode_of(const json::object& artifact) {
  return get_string_or(artifact, "mode", "output");
}

/// An artifact is known by key and mode.
bool is_same(const json::value& stored, const std::string& key, const std::string& mode) {
  return stored.is_object() && get_string_or(stored.get_object(), "key", "") == key &&
         mode_of(stored.get_object()) == mode;
}

json::array& list_in(json::object& object, std::string_view key) {
  json::value& list = object[key];
  if (!list.is_array()) list = json::array();
  return list.get_array();
}

bool is_named(const json::value& item, std::string_view name) {
  return item.is_object() && get_string_or(item.get_object(), "name", "") == name;
}

ApiResult<Reply> saved(store::Transaction& tx, TaskDraft& task, std::string_view what) {
  task.touch();
  CHECK_OK(task.save(tx));
  return Reply(json::object{{what, 1}});
}

}  // namespace

// Both artifact calls are forced in any case: a run reports its results while it is in progress.
ApiResult<Reply> add_or_update_artifacts(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  CHECK_OK(domain::check_editable(task.state(), Force::yes));
  json::array& artifacts = list_in(ensure_object(task.doc(), "execution"), "artifacts");
  if (const json::array* given = get_array(call.body, "artifacts")) {
    for (const json::value& value : *given) {
      if (!value.is_object()) return ApiError(api::validation_error, "artifacts: an item is no object");
      json::object artifact = value.get_object();
      const std::string key = get_string_or(artifact, "key", "");
      const std::string mode = mode_of(artifact);
      artifact["mode"] = mode;
      const auto old = std::find_if(artifacts.begin(), artifacts.end(),
                                    [&](const json::value& stored) { return is_same(stored, key, mode); });
      if (old == artifacts.end()) {
        artifacts.emplace_back(std::move(artifact));
      } else {
        *old = std::move(artifact);
      }
    }
  }
  return saved(tx, task, "updated");
}

ApiResult<Reply> delete_artifacts(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  CHECK_OK(domain::check_editable(task.state(), Force::yes));
  json::array& artifacts = list_in(ensure_object(task.doc(), "execution"), "artifacts");
  if (const json::array* given = get_array(call.body, "artifacts")) {
    for (const json::value& value : *given) {
      if (!value.is_object()) continue;
      const std::string key = get_string_or(value.get_object(), "key", "");
      const std::string mode = mode_of(value.get_object());
      artifacts.erase(std::remove_if(artifacts.begin(), artifacts.end(),
                                     [&](const json::value& stored) { return is_same(stored, key, mode); }),
                      artifacts.end());
    }
  }
  return saved(tx, task, "deleted");
}

ApiResult<Reply> add_or_update_model(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  const std::string model = get_string_or(call.body, "model", "");
  const std::string name = get_string_or(call.body, "name", "");
  const std::string type = get_string_or(call.body, "type", "output");
  CHECK_OK(domain::check_model(tx, call, model));
  json::array& models = list_in(ensure_object(task.doc(), "models"), type);
  json::object item{{"name", name}, {"model", model}};
  const auto old = std::find_if(models.begin(), models.end(), [&](const json::value& m) { return is_named(m, name); });
  if (old == models.end()) {
    models.emplace_back(std::move(item));
  } else {
    *old = std::move(item);
  }
  const std::int64_t iteration = get_int(call.body, "iteration").value_or(0);
  if (iteration > get_int(task.doc(), "last_iteration").value_or(0)) task.set("last_iteration", iteration);
  return saved(tx, task, "updated");
}

ApiResult<Reply> delete_models(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  if (const json::array* given = get_array(call.body, "models")) {
    for (const json::value& value : *given) {
      if (!value.is_object()) continue;
      const std::string name = get_string_or(value.get_object(), "name", "");
      json::array& models =
          list_in(ensure_object(task.doc(), "models"), get_string_or(value.get_object(), "type", "output"));
      models.erase(
          std::remove_if(models.begin(), models.end(), [&](const json::value& item) { return is_named(item, name); }),
          models.end());
    }
  }
  return saved(tx, task, "updated");
}

}  // namespace jarvis::server::tasks
