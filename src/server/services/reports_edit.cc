// Writing reports and putting them in their place.
#include "server/domain/entities.h"
#include "server/domain/task_fields.h"
#include "server/domain/task_project.h"
#include "server/services/reports.h"
#include "server/services/tasks_steps.h"

namespace jarvis::server::reports {
namespace {

using domain::TaskDraft;
using domain::TaskState;
using store::Kind;
namespace filter = store::filter;

/// The folder for reports about a project (null: about none), made when it is missing.
ApiResult<json::object> folder_of(Services& services, store::Transaction& tx, const Call& call,
                                  const json::value& project) {
  std::string path(kFolder);
  if (project.is_string()) {
    TRY(const json::object about, domain::load_own(tx, call, Kind::project, project.get_string()));
    const std::string name = get_string_or(about, "name", "");
    if (get_string_or(about, "basename", "") == kFolder) return about;  // it is one
    path = name + "/" + path;
  }
  TRY(json::object folder, domain::ensure_project(tx, call, path, services.clock.wall()));
  if (!domain::has_system_tag(folder, "reports")) {
    domain::add_system_tag(folder, "hidden");
    domain::add_system_tag(folder, "reports");
    CHECK_OK(store::put(tx, Kind::project, folder));
  }
  return folder;
}

ApiResult<void> set_texts(const json::object& body, TaskDraft& report) {
  if (const auto name = get_string(body, "name")) {
    TRY(const std::string stripped, domain::checked_task_name(*name));
    report.set("name", stripped);
  }
  for (const char* key : {"comment", "report"}) {
    if (const auto text = get_string(body, key)) report.set(key, *text);
  }
  if (find(body, "report_assets") != nullptr) {
    const auto assets = get_strings(body, "report_assets");
    report.set("report_assets", json::array(assets.begin(), assets.end()));
  }
  if (find(body, "tags") != nullptr) {
    TRY(json::array tags, domain::checked_tags(body, "tags"));
    report.set("tags", std::move(tags));
  }
  return {};
}

}  // namespace

ApiResult<TaskDraft> open_report(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "task", "");
  TRY(TaskDraft report, TaskDraft::open(tx, call, id, services.clock.wall()));
  if (get_string_or(report.doc(), "type", "") != "report")
    return ApiError(api::invalid_task_id, "task " + id + " is no report");
  return report;
}

ApiResult<void> remove_if_empty(store::Transaction& tx, std::string_view folder) {
  TRY(const auto project, store::get(tx, Kind::project, folder));
  if (!project || get_string_or(*project, "basename", "") != kFolder) return {};
  TRY(const std::int64_t left, store::count(tx, Kind::task, filter::equals({"project"}, json::value(folder))));
  if (left == 0) CHECK_OK(store::erase(tx, Kind::project, folder));
  return {};
}

ApiResult<Reply> create(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const std::string name, domain::checked_task_name(get_string_or(call.body, "name", "")));
  const json::value* project = find(call.body, "project");
  TRY(const json::object folder, folder_of(services, tx, call, project == nullptr ? json::value() : *project));
  const WallTime now = services.clock.wall();
  json::object document = domain::new_task(name, "report", call.identity, now);
  document["project"] = folder.at("id");
  document["system_tags"] = json::array{"reports"};
  document["report"] = "";
  document["report_assets"] = json::array();
  TaskDraft report = TaskDraft::of_new(std::move(document), call.identity, now);
  CHECK_OK(set_texts(call.body, report));
  CHECK_OK(report.save(tx));
  return json::object{{"id", report.id()}, {"project_id", folder.at("id")}};
}

ApiResult<Reply> update(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft report, open_report(services, tx, call));
  const bool changes_text = find(call.body, "report") != nullptr || find(call.body, "report_assets") != nullptr ||
                            find(call.body, "name") != nullptr || find(call.body, "comment") != nullptr;
  if (changes_text && report.state() == TaskState::published)
    return ApiError(api::invalid_task_status, "report " + report.id() + " is published: only its tags may change");
  CHECK_OK(set_texts(call.body, report));
  report.touch();
  CHECK_OK(report.save(tx));
  return tasks::updated(report);
}

ApiResult<Reply> move(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft report, open_report(services, tx, call));
  TRY(const json::value about, domain::target_project(tx, call, services.clock.wall()));
  TRY(const json::object folder, folder_of(services, tx, call, about));
  const std::string before = get_string_or(report.doc(), "project", "");
  report.set("project", folder.at("id"));
  report.touch();
  CHECK_OK(report.save(tx));
  CHECK_OK(remove_if_empty(tx, before));
  return json::object{{"project_id", folder.at("id")}};
}

}  // namespace jarvis::server::reports
