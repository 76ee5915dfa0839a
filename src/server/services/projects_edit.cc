// Making projects and changing what they say about themselves.
#include "server/domain/entities.h"
#include "server/domain/project_tree.h"
#include "server/domain/task_document.h"
#include "server/domain/task_fields.h"
#include "server/domain/task_project.h"
#include "server/services/projects.h"

namespace jarvis::server::projects {
namespace {

using store::Kind;
using store::filter::all;
using store::filter::equals;

ApiResult<bool> is_name_taken(store::Transaction& tx, const Call& call, const std::string& name) {
  TRY(const std::int64_t count, store::count(tx, Kind::project,
                                             all({equals({"company"}, json::value(call.identity.company.str())),
                                                  equals({"name"}, json::value(name))})));
  return count > 0;
}

void set_texts(const json::object& body, json::object& project, json::object& fields) {
  for (const char* key : {"description", "default_output_destination"}) {
    if (const auto value = get_string(body, key)) fields[key] = project[key] = *value;
  }
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace

ApiResult<std::int64_t> rename_tree(store::Transaction& tx, const Call& call, const json::object& project,
                                    const std::string& name, WallTime now) {
  const std::string before = get_string_or(project, "name", "");
  TRY(auto tree, domain::project_tree(tx, project));
  for (json::object& each : tree) {
    const std::string renamed = name + get_string_or(each, "name", "").substr(before.size());
    CHECK_OK(domain::check_project_path(renamed));
    TRY(const bool is_taken, is_name_taken(tx, call, renamed));
    if (is_taken && renamed != get_string_or(each, "name", "")) return ApiError(api::name_exists, "project " + renamed);
    each["name"] = renamed;
    each["basename"] = renamed.substr(renamed.rfind('/') + 1);
    CHECK_OK(domain::save_changed(tx, call, Kind::project, each, now));
  }
  return static_cast<std::int64_t>(tree.size());
}

ApiResult<Reply> create(Services& services, store::Transaction& tx, const Call& call) {
  const std::string name = get_string_or(call.body, "name", "");
  TRY(const std::string path, domain::checked_task_name(name));
  TRY(const bool is_taken, is_name_taken(tx, call, path));
  if (is_taken) return ApiError(api::name_exists, "project " + path);
  TRY(json::object project, domain::ensure_project(tx, call, path, services.clock.wall()));
  json::object fields;
  set_texts(call.body, project, fields);
  TRY(project["tags"], domain::checked_tags(call.body, "tags"));
  TRY(json::array system_tags, domain::checked_tags(call.body, "system_tags"));
  if (!system_tags.empty()) project["system_tags"] = std::move(system_tags);
  CHECK_OK(store::put(tx, Kind::project, project));
  return json::object{{"id", project.at("id")}};
}

ApiResult<Reply> update(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "project", "");
  TRY(json::object project, domain::load_own(tx, call, Kind::project, id));
  json::object fields;
  const WallTime now = services.clock.wall();
  if (const auto name = get_string(call.body, "name"); name && *name != get_string_or(project, "name", "")) {
    const std::string before = get_string_or(project, "name", "");
    if (folder_of(*name) != folder_of(before))
      return ApiError(api::project_location_changed, before + " to " + *name + "; projects.move moves it");
    CHECK_OK(domain::checked_task_name(*name));
    CHECK_OK(rename_tree(tx, call, project, *name, now));
    TRY(project, domain::load_own(tx, call, Kind::project, id));
    fields["name"] = *name;
  }
  set_texts(call.body, project, fields);
  for (const char* key : {"tags", "system_tags"}) {
    if (find(call.body, key) == nullptr) continue;
    TRY(json::array tags, domain::checked_tags(call.body, key));
    fields[key] = project[key] = std::move(tags);
  }
  CHECK_OK(domain::save_changed(tx, call, Kind::project, project, now));
  return json::object{{"updated", 1}, {"fields", std::move(fields)}};
}

}  // namespace jarvis::server::projects
