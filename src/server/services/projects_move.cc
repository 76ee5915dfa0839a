// Projects that change their place, and projects that become part of another.
#include "server/domain/entities.h"
#include "server/domain/project_tree.h"
#include "server/domain/task_project.h"
#include "server/services/projects.h"

namespace jarvis::server::projects {
namespace {

using store::Kind;
using store::filter::equals;

bool is_below(std::string_view path, std::string_view folder) {
  return path == folder || (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

/// Hangs a project, with all below it, under another one (null: at the top).
ApiResult<std::int64_t> hang_under(Services& services, store::Transaction& tx, const Call& call, json::object project,
                                   const json::object* parent) {
  const std::string base = get_string_or(project, "basename", "");
  const std::string folder = parent == nullptr ? "" : get_string_or(*parent, "name", "") + "/";
  TRY(const std::int64_t moved, rename_tree(tx, call, project, folder + base, services.clock.wall()));
  TRY(project, domain::load_own(tx, call, Kind::project, get_string_or(project, "id", "")));
  project["parent"] = parent == nullptr ? json::value() : parent->at("id");
  CHECK_OK(store::put(tx, Kind::project, project));
  return moved;
}

/// Everything in `from` goes to `to` (null: into no project).
ApiResult<std::int64_t> move_contents(Services& services, store::Transaction& tx, const Call& call,
                                      const json::value& from, const json::value& to) {
  std::int64_t moved = 0;
  for (const Kind kind : {Kind::task, Kind::model}) {
    TRY(auto inside, store::find(tx, kind, {.where = equals({"project"}, from)}));
    for (json::object& entity : inside) {
      entity["project"] = to;
      CHECK_OK(domain::save_changed(tx, call, kind, entity, services.clock.wall()));
      ++moved;
    }
  }
  return moved;
}

}  // namespace

ApiResult<Reply> move(Services& services, store::Transaction& tx, const Call& call) {
  TRY(json::object project, domain::load_own(tx, call, Kind::project, get_string_or(call.body, "project", "")));
  const std::string name = get_string_or(project, "name", "");
  const std::string location = get_string_or(call.body, "new_location", "");
  if (is_below(location, name)) return ApiError(api::project_under_itself, name + " to " + location);
  if (location == name.substr(0, name.rfind('/') == std::string::npos ? 0 : name.rfind('/')))
    return ApiError(api::project_same_place, name + " is there already");
  if (location.empty()) {
    TRY(const std::int64_t moved, hang_under(services, tx, call, std::move(project), nullptr));
    return json::object{{"moved", moved}};
  }
  TRY(const json::object parent, domain::ensure_project(tx, call, location, services.clock.wall()));
  TRY(const std::int64_t moved, hang_under(services, tx, call, std::move(project), &parent));
  return json::object{{"moved", moved}};
}

ApiResult<Reply> merge(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "project", "");
  const std::string target_id = get_string_or(call.body, "destination_project", "");
  TRY(const json::object project, domain::load_own(tx, call, Kind::project, id));
  if (id == target_id) return ApiError(api::project_same_place, "source and destination are one project");
  std::optional<json::object> target;
  if (!target_id.empty()) {
    TRY(target, domain::load_own(tx, call, Kind::project, target_id));
    if (is_below(get_string_or(*target, "name", ""), get_string_or(project, "name", "")))
      return ApiError(api::project_into_its_child, get_string_or(*target, "name", ""));
  }
  const json::value to = target ? target->at("id") : json::value();
  TRY(const std::int64_t entities, move_contents(services, tx, call, project.at("id"), to));
  TRY(auto children, store::find(tx, Kind::project, {.where = equals({"parent"}, project.at("id"))}));
  for (json::object& child : children)
    CHECK_OK(hang_under(services, tx, call, std::move(child), target ? &*target : nullptr));
  CHECK_OK(store::erase(tx, Kind::project, id));
  return json::object{{"moved_entities", entities}, {"moved_projects", children.size()}};
}

}  // namespace jarvis::server::projects
