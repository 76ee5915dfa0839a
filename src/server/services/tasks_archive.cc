// Archived tasks are off their queue and carry a system tag; nothing else of them changes but what the request says.
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"

namespace jarvis::server::tasks {
namespace {

using domain::StatusNote;
using domain::TaskDraft;
using domain::TaskState;

constexpr std::string_view kArchived = "archived";

/// Words that come with the request stand beside the task from now on; otherwise those of its last change stay.
void take_note(const Call& call, TaskDraft& task) {
  for (const char* key : {"status_reason", "status_message"}) {
    if (const auto text = get_string(call.body, key)) task.set(key, json::value(*text));
  }
}

ApiResult<void> archive_task(store::Transaction& tx, const Call& call, TaskDraft& task) {
  if (task.state() == TaskState::queued) {
    const StatusNote kept{get_string_or(task.doc(), "status_reason", ""),
                          get_string_or(task.doc(), "status_message", "")};
    task.become(state_before_queue(task.doc()), kept);
  }
  take_note(call, task);
  domain::add_system_tag(task.doc(), kArchived);
  task.touch();
  return task.save(tx);
}

ApiResult<void> unarchive_task(store::Transaction& tx, const Call& call, TaskDraft& task) {
  take_note(call, task);
  domain::remove_system_tag(task.doc(), kArchived);
  task.touch();
  return task.save(tx);
}

}  // namespace

ApiResult<Reply> archive(Services& services, store::Transaction& tx, const Call& call) {
  std::int64_t archived = 0;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    CHECK_OK(archive_task(tx, call, task));
    ++archived;
  }
  return Reply(json::object{{"archived", archived}});
}

ApiResult<Reply> unarchive(Services& services, store::Transaction& tx, const Call& call) {
  std::int64_t unarchived = 0;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    CHECK_OK(unarchive_task(tx, call, task));
    ++unarchived;
  }
  return Reply(json::object{{"unarchived", unarchived}});
}

ApiResult<Reply> archive_many(Services& services, store::Transaction& tx, const Call& call) {
  return for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    CHECK_OK(archive_task(tx, call, task));
    return json::object{{"archived", true}};
  });
}

ApiResult<Reply> unarchive_many(Services& services, store::Transaction& tx, const Call& call) {
  return for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    CHECK_OK(unarchive_task(tx, call, task));
    return json::object{{"unarchived", true}};
  });
}

}  // namespace jarvis::server::tasks
