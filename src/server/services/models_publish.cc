// Models that are ready for others, and models that are put away.
#include "server/domain/entities.h"
#include "server/domain/task_document.h"
#include "server/services/models.h"
#include "server/services/tasks_steps.h"

namespace jarvis::server::models {
namespace {

using store::Kind;

enum class CreatingTask : std::uint8_t { stays, published_too };

/// Publishes the model and, when asked for, the task that made it. What to say of both.
ApiResult<json::object> publish(Services& services, store::Transaction& tx, const Call& call, const std::string& id,
                                CreatingTask creating_task) {
  TRY(json::object model, domain::load_own(tx, call, Kind::model, id));
  if (get_bool_or(model, "ready", false)) return ApiError(api::model_is_ready, id);
  model["ready"] = true;
  CHECK_OK(domain::save_changed(tx, call, Kind::model, model, services.clock.wall()));
  json::object reply;
  const std::string task_id = get_string_or(model, "task", "");
  if (task_id.empty() || creating_task == CreatingTask::stays) return reply;
  // The task may be gone: a model outlives its maker.
  TRY(const bool has_task, store::exists(tx, Kind::task, task_id));
  if (!has_task) return reply;
  TRY(auto task, domain::TaskDraft::open(tx, call, task_id, services.clock.wall()));
  if (task.state() == domain::TaskState::published) return reply;
  const auto force = get_bool_or(call.body, "force_publish_task", false) ? domain::Force::yes : domain::Force::no;
  CHECK_OK(tasks::change_status(tx, task, domain::TaskState::published, force, {}));
  reply["published_task"] = {{"id", task_id}, {"data", tasks::updated(task)}};
  return reply;
}

enum class Archived : std::uint8_t { no, yes };

ApiResult<Reply> set_archived(Services& services, store::Transaction& tx, const Call& call, Archived to) {
  return tasks::for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(json::object model, domain::load_own(tx, call, Kind::model, id));
    if (to == Archived::yes) {
      domain::add_system_tag(model, "archived");
    } else {
      domain::remove_system_tag(model, "archived");
    }
    CHECK_OK(domain::save_changed(tx, call, Kind::model, model, services.clock.wall()));
    return json::object{{to == Archived::yes ? "archived" : "unarchived", true}};
  });
}

}  // namespace

ApiResult<Reply> set_ready(Services& services, store::Transaction& tx, const Call& call) {
  const auto task = get_bool_or(call.body, "publish_task", true) ? CreatingTask::published_too : CreatingTask::stays;
  TRY(json::object reply, publish(services, tx, call, get_string_or(call.body, "model", ""), task));
  reply["updated"] = 1;
  return reply;
}

ApiResult<Reply> publish_many(Services& services, store::Transaction& tx, const Call& call) {
  const auto task = get_bool_or(call.body, "publish_tasks", true) ? CreatingTask::published_too : CreatingTask::stays;
  return tasks::for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(json::object row, publish(services, tx, call, id, task));
    row["updated"] = true;
    return row;
  });
}

ApiResult<Reply> archive_many(Services& services, store::Transaction& tx, const Call& call) {
  return set_archived(services, tx, call, Archived::yes);
}

ApiResult<Reply> unarchive_many(Services& services, store::Transaction& tx, const Call& call) {
  return set_archived(services, tx, call, Archived::no);
}

}  // namespace jarvis::server::models
