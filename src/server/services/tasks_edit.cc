// Changes to what a task says about itself.
#include "server/domain/task_fields.h"
#include "server/domain/task_project.h"
#include "server/domain/task_versions.h"
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"
#include "server/store/documents.h"

namespace jarvis::server::tasks {
namespace {

using domain::Force;
using domain::TaskDraft;
using domain::TaskState;

ApiResult<Reply> saved(store::Transaction& tx, TaskDraft& task) {
  task.touch();
  CHECK_OK(task.save(tx));
  return Reply(updated(task));
}

}  // namespace

ApiResult<Reply> edit(Services& services, store::Transaction& tx, const Call& call) {
  json::object body = call.body;
  domain::to_newest_request(body, call.version);
  TRY(TaskDraft task, open_task(services, tx, call));
  if (task.state() != TaskState::created && force_of(body) == Force::no) {
    const std::string state(domain::to_string(task.state()));
    return ApiError(api::invalid_task_status, "a task that is " + state + " cannot be edited without force")
        .with("current_status", json::value(state));
  }
  CHECK_OK(domain::set_fields(tx, call, body, task));
  return saved(tx, task);
}

ApiResult<Reply> update(Services& services, store::Transaction& tx, const Call& call) {
  json::object body = call.body;
  domain::to_newest_request(body, call.version);
  TRY(TaskDraft task, open_task(services, tx, call));
  json::object allowed;
  for (const std::string_view key : {"name", "tags", "system_tags", "comment", "project"}) {
    if (const json::value* value = find(body, key)) allowed[key] = *value;
  }
  CHECK_OK(domain::set_fields(tx, call, allowed, task));
  if (const auto created = get_string(body, "created")) {
    const auto time = from_iso(*created);
    if (!time) return ApiError(api::validation_error, "created: " + time.error().message());
    task.set("created", to_iso(*time));
  }
  if (const auto error = get_string(body, "output__error")) {
    json::object output = ensure_object(task.doc(), "output");
    output["error"] = *error;
    task.set("output", std::move(output));
  }
  return saved(tx, task);
}

ApiResult<Reply> set_requirements(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  const json::object* requirements = get_object(call.body, "requirements");
  json::object script = ensure_object(task.doc(), "script");
  script["requirements"] = requirements == nullptr ? json::object() : *requirements;
  task.set("script", std::move(script));
  return saved(tx, task);
}

ApiResult<Reply> move(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const json::value target, domain::target_project(tx, call, services.clock.wall()));
  std::int64_t updated = 0;
  for (const std::string& id : get_strings(call.body, "ids")) {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    task.set("project", target);
    task.touch();
    CHECK_OK(task.save(tx));
    ++updated;
  }
  return Reply(json::object{{"project_id", target}, {"updated", updated}});
}

}  // namespace jarvis::server::tasks
