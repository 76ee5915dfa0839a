// The projects service: folders of tasks and models, by path.
#include <array>

#include "server/domain/entity_lists.h"
#include "server/domain/task_document.h"
#include "server/domain/task_fields.h"
#include "server/domain/task_project.h"
#include "server/endpoint.h"
#include "server/services.h"
#include "server/store/documents.h"

namespace jarvis::server {
namespace {

using store::filter::all;
using store::filter::equals;

ApiResult<json::object> load_project(store::Transaction& tx, const Call& call, std::string_view id) {
  TRY(auto project, store::get(tx, store::Kind::project, id));
  const std::string company = project ? get_string_or(*project, "company", "") : "-";
  if (!project || (!company.empty() && company != call.identity.company.str()))
    return ApiError(api::invalid_project_id, "id=" + std::string(id));
  return std::move(*project);
}

ApiResult<json::object> load_own_project(store::Transaction& tx, const Call& call, std::string_view id) {
  TRY(json::object project, load_project(tx, call, id));
  if (get_string_or(project, "company", "").empty()) return ApiError(api::no_write_permission, "the project is public");
  return project;
}

ApiResult<bool> is_name_taken(store::Transaction& tx, const Call& call, const std::string& name) {
  TRY(const std::int64_t count, store::count(tx, store::Kind::project,
                                             all({equals({"company"}, json::value(call.identity.company.str())),
                                                  equals({"name"}, json::value(name))})));
  return count > 0;
}

/// Itself and everything below it, parents first.
ApiResult<std::vector<json::object>> with_children(store::Transaction& tx, const json::object& project) {
  std::vector<json::object> out{project};
  for (std::size_t i = 0; i < out.size(); ++i) {
    TRY(auto children, store::find(tx, store::Kind::project, {.where = equals({"parent"}, out[i].at("id"))}));
    for (json::object& child : children)
      out.push_back(std::move(child));
  }
  return out;
}

void set_project_fields(const json::object& body, json::object& project) {
  for (const char* key : {"description", "default_output_destination"}) {
    if (const auto value = get_string(body, key)) project[key] = *value;
  }
}

ApiResult<Reply> create(Services& services, store::Transaction& tx, const Call& call) {
  const std::string name = get_string_or(call.body, "name", "");
  TRY(const bool is_taken, is_name_taken(tx, call, name));
  if (is_taken) return ApiError(api::name_exists, "project " + name);
  TRY(json::object project, domain::ensure_project(tx, call, name, services.clock.wall()));
  set_project_fields(call.body, project);
  TRY(project["tags"], domain::checked_tags(call.body, "tags"));
  TRY(json::array system_tags, domain::checked_tags(call.body, "system_tags"));
  if (!system_tags.empty()) project["system_tags"] = std::move(system_tags);
  CHECK_OK(store::put(tx, store::Kind::project, project));
  return json::object{{"id", project.at("id")}};
}

ApiResult<Reply> get_by_id(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object project, load_project(tx, call, get_string_or(call.body, "project", "")));
  return json::object{{"project", std::move(project)}};
}

ApiResult<Reply> get_all(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object reply,
      domain::list_reply(tx, call, domain::kProjectLists, store::Kind::project, "projects", domain::References::ids));
  return reply;
}

/// How many tasks of a project are in each status; the "active" part of its stats.
ApiResult<json::object> stats_of(store::Transaction& tx, std::string_view id) {
  TRY(const store::Rows rows, tx.run("tasks_by_status", {id}));
  json::object counts;
  std::int64_t total = 0;
  for (const store::Row& row : rows) {
    counts[row.text(0)] = row.integer(1);
    total += row.integer(1);
  }
  return json::object{{"active", {{"status_count", std::move(counts)}, {"total_tasks", total}}}};
}

ApiResult<Reply> get_all_ex(Services&, store::Transaction& tx, const Call& call) {
  Call asked = call;
  // Only the first level, unless a name, an id or a parent is asked for.
  if (get_bool_or(call.body, "shallow_search", false) && !call.body.contains("parent"))
    asked.body["parent"] = json::array{nullptr};
  TRY(json::object reply, domain::list_reply(tx, asked, domain::kProjectLists, store::Kind::project, "projects",
                                             domain::References::objects));
  if (get_bool_or(call.body, "include_stats", false)) {
    for (json::value& project : reply["projects"].as_array()) {
      const std::string id = get_string_or(project.as_object(), "id", "");
      TRY(project.as_object()["stats"], stats_of(tx, id));
    }
  }
  return reply;
}

/// Gives a project and all below it their names under a new path.
ApiResult<std::int64_t> rename_tree(store::Transaction& tx, const Call& call, const json::object& project,
                                    const std::string& name, WallTime now) {
  const std::string before = get_string_or(project, "name", "");
  TRY(auto tree, with_children(tx, project));
  for (json::object& each : tree) {
    const std::string renamed = name + get_string_or(each, "name", "").substr(before.size());
    TRY(const bool is_taken, is_name_taken(tx, call, renamed));
    if (is_taken && renamed != get_string_or(each, "name", "")) return ApiError(api::name_exists, "project " + renamed);
    each["name"] = renamed;
    each["basename"] = renamed.substr(renamed.rfind('/') + 1);
    each["last_update"] = to_iso(now);
    CHECK_OK(store::put(tx, store::Kind::project, each));
  }
  return static_cast<std::int64_t>(tree.size());
}

ApiResult<Reply> update(Services& services, store::Transaction& tx, const Call& call) {
  TRY(json::object project, load_own_project(tx, call, get_string_or(call.body, "project", "")));
  json::object fields;
  const WallTime now = services.clock.wall();
  if (const auto name = get_string(call.body, "name"); name && *name != get_string_or(project, "name", "")) {
    const std::string before = get_string_or(project, "name", "");
    const auto folder = [](const std::string& path) {
      return path.substr(0, path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
    };
    if (folder(*name) != folder(before)) return ApiError(api::project_location_changed, before + " to " + *name);
    CHECK_OK(domain::checked_task_name(name->substr(name->rfind('/') + 1)));
    CHECK_OK(rename_tree(tx, call, project, *name, now));
    TRY(project, load_own_project(tx, call, get_string_or(call.body, "project", "")));
    fields["name"] = *name;
  }
  set_project_fields(call.body, project);
  for (const char* key : {"tags", "system_tags"}) {
    if (!call.body.contains(key)) continue;
    TRY(json::array tags, domain::checked_tags(call.body, key));
    fields[key] = project[key] = std::move(tags);
  }
  project["last_update"] = to_iso(now);
  CHECK_OK(store::put(tx, store::Kind::project, project));
  return json::object{{"updated", 1}, {"fields", std::move(fields)}};
}

struct Contents {
  std::int64_t tasks = 0, active_tasks = 0, models = 0, projects = 0;
};

ApiResult<Contents> contents_of(store::Transaction& tx, const std::vector<json::object>& tree) {
  Contents out;
  out.projects = static_cast<std::int64_t>(tree.size()) - 1;
  for (const json::object& project : tree) {
    const auto here = equals({"project"}, project.at("id"));
    TRY(const std::int64_t tasks, store::count(tx, store::Kind::task, here));
    TRY(const std::int64_t archived,
        store::count(tx, store::Kind::task, all({here, store::filter::list_has({"system_tags"}, {"archived"})})));
    TRY(const std::int64_t models, store::count(tx, store::Kind::model, here));
    out.tasks += tasks;
    out.active_tasks += tasks - archived;
    out.models += models;
  }
  return out;
}

ApiResult<Reply> validate_delete(Services&, store::Transaction& tx, const Call& call) {
  TRY(const json::object project, load_own_project(tx, call, get_string_or(call.body, "project", "")));
  TRY(const auto tree, with_children(tx, project));
  TRY(const Contents contents, contents_of(tx, tree));
  return json::object{{"tasks", contents.tasks},
                      {"non_archived_tasks", contents.active_tasks},
                      {"models", contents.models},
                      {"non_archived_models", contents.models},
                      {"sub_projects", contents.projects}};
}

// A project with contents goes only when its contents may: tasks and models stay behind without a project.
ApiResult<Reply> remove(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const json::object project, load_own_project(tx, call, get_string_or(call.body, "project", "")));
  TRY(const auto tree, with_children(tx, project));
  TRY(const Contents contents, contents_of(tx, tree));
  if (!get_bool_or(call.body, "force", false) && contents.active_tasks + contents.models > 0) {
    return ApiError(api::project_has_tasks, std::to_string(contents.active_tasks) + " tasks, " +
                                                std::to_string(contents.models) + " models; use force=true");
  }
  const std::string now = to_iso(services.clock.wall());
  std::int64_t disassociated = 0;
  for (const json::object& each : tree) {
    for (const auto kind : {store::Kind::task, store::Kind::model}) {
      TRY(auto inside, store::find(tx, kind, {.where = equals({"project"}, each.at("id"))}));
      for (json::object& document : inside) {
        document["project"] = nullptr;
        document["last_update"] = now;
        CHECK_OK(store::put(tx, kind, document));
        ++disassociated;
      }
    }
    CHECK_OK(store::erase(tx, store::Kind::project, each.at("id").as_string()));
  }
  return json::object{{"deleted", static_cast<std::int64_t>(tree.size())},
                      {"disassociated_tasks", disassociated},
                      {"urls", json::object()},
                      {"deleted_models", 0},
                      {"deleted_tasks", 0}};
}

ApiResult<Reply> get_task_tags(Services&, store::Transaction& tx, const Call& call) {
  const std::vector<std::string> projects = get_strings(call.body, "projects");
  const std::string list = to_text(json::array(projects.begin(), projects.end()));
  TRY(const store::Rows rows,
      tx.run("project_task_tags", {std::string_view(call.identity.company.str()), std::string_view(list)}));
  json::array tags;
  for (const store::Row& row : rows)
    tags.emplace_back(row.text(0));
  return json::object{{"tags", std::move(tags)}};
}

}  // namespace

std::span<const Endpoint> projects_endpoints() {
  static const std::array rows{
      Endpoint{"projects.create", {2, 1}, Access::signed_in, Write{create}},
      Endpoint{"projects.get_by_id", {2, 1}, Access::signed_in, Read{get_by_id}},
      Endpoint{"projects.get_all", {2, 1}, Access::signed_in, Read{get_all}},
      Endpoint{"projects.get_all_ex", {2, 1}, Access::signed_in, Read{get_all_ex}},
      Endpoint{"projects.update", {2, 1}, Access::signed_in, Write{update}},
      Endpoint{"projects.validate_delete", {2, 14}, Access::signed_in, Read{validate_delete}},
      Endpoint{"projects.delete", {2, 1}, Access::signed_in, Write{remove}},
      Endpoint{"projects.get_task_tags", {2, 8}, Access::signed_in, Read{get_task_tags}},
  };
  return rows;
}

}  // namespace jarvis::server
