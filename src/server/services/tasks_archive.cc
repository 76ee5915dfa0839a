// Archived tasks are off their queue and carry a system tag; nothing else of them changes.
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"

namespace jarvis::server::tasks {
namespace {

using domain::StatusNote;
using domain::TaskDraft;
using domain::TaskState;

constexpr std::string_view kArchived = "archived";

ApiResult<void> archive_task(store::Transaction& tx, TaskDraft& task) {
  if (task.state() == TaskState::queued) {
    const StatusNote kept{get_string_or(task.doc(), "status_reason", ""),
                          get_string_or(task.doc(), "status_message", "")};
    task.become(state_before_queue(task.doc()), kept);
  }
  domain::add_system_tag(task.doc(), kArchived);
  task.touch();
  return task.save(tx);
}

ApiResult<void> unarchive_task(store::Transaction& tx, TaskDraft& task) {
  domain::remove_system_tag(task.doc(), kArchived);
  task.touch();
  return task.save(tx);
}

}  // namespace

ApiResult<Reply> archive(Services& services, store::Transaction& tx, const Call& call) {
  std::int64_t archived = 0;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    CHECK_OK(archive_task(tx, task));
    ++archived;
  }
  return Reply(json::object{{"archived", archived}});
}

ApiResult<Reply> unarchive(Services& services, store::Transaction& tx, const Call& call) {
  std::int64_t unarchived = 0;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    CHECK_OK(unarchive_task(tx, task));
    ++unarchived;
  }
  return Reply(json::object{{"unarchived", unarchived}});
}

ApiResult<Reply> archive_many(Services& services, store::Transaction& tx, const Call& call) {
  return for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    CHECK_OK(archive_task(tx, task));
    return json::object{{"archived", true}};
  });
}

ApiResult<Reply> unarchive_many(Services& services, store::Transaction& tx, const Call& call) {
  return for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    CHECK_OK(unarchive_task(tx, task));
    return json::object{{"unarchived", true}};
  });
}

}  // namespace jarvis::server::tasks
