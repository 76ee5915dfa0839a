// Reports that are done, put away, shown to others, or gone.
#include "server/services/reports.h"
#include "server/services/task_removal.h"
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"

namespace jarvis::server::reports {
namespace {

using domain::TaskDraft;
using domain::TaskState;

enum class Archived : std::uint8_t { no, yes };

ApiResult<Reply> set_archived(Services& services, store::Transaction& tx, const Call& call, Archived to) {
  TRY(TaskDraft report, open_report(services, tx, call));
  const bool is_change = domain::has_system_tag(report.doc(), "archived") != (to == Archived::yes);
  if (to == Archived::yes) {
    domain::add_system_tag(report.doc(), "archived");
  } else {
    domain::remove_system_tag(report.doc(), "archived");
  }
  if (const auto message = get_string(call.body, "message")) report.set("status_message", *message);
  report.touch();
  CHECK_OK(report.save(tx));
  return json::object{{to == Archived::yes ? "archived" : "unarchived", is_change ? 1 : 0}};
}

}  // namespace

ApiResult<Reply> publish(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft report, open_report(services, tx, call));
  if (report.state() == TaskState::published)
    return ApiError(api::invalid_task_status, "report " + report.id() + " is published already");
  report.become(TaskState::published, {.reason = "", .message = get_string_or(call.body, "message", "")});
  CHECK_OK(report.save(tx));
  return tasks::updated(report);
}

ApiResult<Reply> archive(Services& services, store::Transaction& tx, const Call& call) {
  return set_archived(services, tx, call, Archived::yes);
}

ApiResult<Reply> unarchive(Services& services, store::Transaction& tx, const Call& call) {
  return set_archived(services, tx, call, Archived::no);
}

ApiResult<Reply> share(Services& services, store::Transaction& tx, const Call& call) {
  CHECK_OK(open_report(services, tx, call));
  Call shared = call;
  shared.body["tasks"] = json::array{get_string_or(call.body, "task", "")};
  return tasks::share(services, tx, shared);
}

ApiResult<Reply> remove(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft report, open_report(services, tx, call));
  const bool is_archived = domain::has_system_tag(report.doc(), "archived");
  if (report.state() == TaskState::published && !is_archived && !get_bool_or(call.body, "force", false))
    return ApiError(api::task_not_deletable, "report " + report.id() + " is published; force deletes it");
  const std::string folder = get_string_or(report.doc(), "project", "");
  tasks::RemovalWish wish = tasks::RemovalWish::from(call.body);
  wish.is_forced = true;
  TRY(const tasks::Removed removed, tasks::remove_task(services, tx, call, report, wish));
  CHECK_OK(remove_if_empty(tx, folder));
  json::object reply{{"deleted", true}};
  removed.describe(wish, reply);
  return reply;
}

}  // namespace jarvis::server::reports
