// Reading projects: by id, as a list, and as a list with statistics.
#include <algorithm>
#include <set>

#include "server/domain/entities.h"
#include "server/domain/entity_lists.h"
#include "server/domain/project_tree.h"
#include "server/domain/task_conditions.h"
#include "server/services/projects.h"
#include "server/store/query_sql.h"

namespace jarvis::server::projects {
namespace {

using store::Kind;
namespace filter = store::filter;

/// Only the first level, or the direct children of the parents that are asked for.
Call shallow(const Call& call) {
  Call asked = call;
  if (get_bool_or(call.body, "shallow_search", false) && find(call.body, "parent") == nullptr)
    asked.body["parent"] = json::array{nullptr};
  if (get_bool_or(call.body, "non_public", false)) asked.body["allow_public"] = false;
  return asked;
}

/// Adds the projects of `rows` (first column) and the folders that they are in.
ApiResult<void> add_with_ancestors(store::Transaction& tx, const std::vector<std::string>& ids,
                                   std::set<std::string>& out) {
  for (const std::string& id : ids) {
    if (id.empty() || !out.insert(id).second) continue;
    TRY(const auto above, domain::ancestors(tx, id));
    out.insert(above.begin(), above.end());
  }
  return {};
}

ApiResult<std::vector<std::string>> projects_of(store::Transaction& tx, Kind kind, const store::Filter& where) {
  TRY(const store::Rows rows, store::group(tx, kind, {.by = {"project"}, .sums = {}, .maxima = {}}, where));
  std::vector<std::string> out;
  for (const store::Row& row : rows)
    out.push_back(row.text(0));
  return out;
}

store::Filter of_users(const Call& call, const std::vector<std::string>& users) {
  return filter::all(
      {domain::in_projects(call, {}), filter::one_of({"user"}, std::vector<json::value>(users.begin(), users.end()))});
}

/// The projects in which these users are at work: they made it, or something in it or below it.
ApiResult<std::set<std::string>> projects_of_users(store::Transaction& tx, const Call& call,
                                                   const std::vector<std::string>& users) {
  std::set<std::string> out;
  for (const Kind kind : {Kind::task, Kind::model}) {
    TRY(const auto ids, projects_of(tx, kind, of_users(call, users)));
    CHECK_OK(add_with_ancestors(tx, ids, out));
  }
  const store::Filter own = filter::one_of({"user"}, std::vector<json::value>(users.begin(), users.end()));
  TRY(const auto made, store::find_ids(tx, Kind::project, {.where = own}));
  CHECK_OK(add_with_ancestors(tx, made, out));
  return out;
}

/// The projects with datasets, pipelines or reports below them; with children_tags, only with such children.
ApiResult<std::set<std::string>> projects_with_children(store::Transaction& tx, const Call& call,
                                                        const std::string& type) {
  std::vector<store::Filter> parts;
  if (const json::value* tags = find(call.body, "children_tags"))
    parts.push_back(domain::choice_condition({"tags"}, *tags, domain::Holds::list));
  std::set<std::string> out;
  if (type == "report") {
    parts.push_back(domain::in_projects(call, {}));
    parts.push_back(filter::equals({"type"}, "report"));
    TRY(const auto ids, projects_of(tx, Kind::task, filter::all(std::move(parts))));
    CHECK_OK(add_with_ancestors(tx, ids, out));
    return out;
  }
  if (type != "dataset" && type != "pipeline")
    return ApiError(api::validation_error, "children_type: one of dataset, pipeline, report");
  parts.push_back(filter::list_has({"system_tags"}, {json::value(type)}));
  TRY(const auto ids, store::find_ids(tx, Kind::project, {.where = filter::all(std::move(parts))}));
  std::set<std::string> above;
  for (const std::string& id : ids) {
    TRY(const auto folders, domain::ancestors(tx, id));
    above.insert(folders.begin(), folders.end());
  }
  // Their own folder (".datasets") is as hidden as they are.
  TRY(const auto visible,
      store::find_ids(
          tx, Kind::project,
          {.where = filter::all({filter::one_of({"id"}, std::vector<json::value>(above.begin(), above.end())),
                                 filter::negate(filter::list_has({"hidden"}, {"yes"}))})}));
  return std::set<std::string>(visible.begin(), visible.end());
}

/// Holds a request to the ids of a set, too.
void only_of(json::object& body, const std::set<std::string>& ids) {
  const std::vector<std::string> asked = get_strings(body, "id");
  json::array both;
  for (const std::string& id : ids) {
    if (asked.empty() || std::ranges::find(asked, id) != asked.end()) both.emplace_back(id);
  }
  if (both.empty()) both.emplace_back("none");
  body["id"] = std::move(both);
}

ApiResult<json::object> list_with_stats(Services& services, store::Transaction& tx, const Call& call) {
  Call asked = shallow(call);
  if (const auto users = get_strings(call.body, "active_users"); !users.empty()) {
    TRY(const auto ids, projects_of_users(tx, call, users));
    only_of(asked.body, ids);
  }
  if (const auto type = get_string(call.body, "children_type"); type && !type->empty()) {
    TRY(const auto ids, projects_with_children(tx, call, *type));
    only_of(asked.body, ids);
  }
  TRY(json::object reply,
      domain::list_reply(tx, asked, domain::kProjectLists, Kind::project, "projects", domain::References::objects));
  json::array& list = reply["projects"].as_array();
  if (get_bool_or(call.body, "include_stats", false)) CHECK_OK(add_stats(services, tx, call, list));
  if (get_bool_or(call.body, "check_own_contents", false)) CHECK_OK(add_own_contents(tx, call, list));
  if (get_bool_or(call.body, "include_dataset_stats", false)) CHECK_OK(add_dataset_stats(tx, list));
  return reply;
}

}  // namespace

ApiResult<Reply> get_by_id(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object project, domain::load_visible(tx, call, Kind::project, get_string_or(call.body, "project", "")));
  return json::object{{"project", std::move(project)}};
}

ApiResult<Reply> get_all(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object reply,
      domain::list_reply(tx, shallow(call), domain::kProjectLists, Kind::project, "projects", domain::References::ids));
  return reply;
}

ApiResult<Reply> get_all_ex(Services& services, const Call& call) {
  return services.store.read([&](store::Transaction& tx) -> ApiResult<Reply> {
    TRY(json::object reply, list_with_stats(services, tx, call));
    return Reply(std::move(reply));
  });
}

ApiResult<Reply> get_by_id_ex(Services& services, const Call& call) {
  if (get_strings(call.body, "id").empty()) return ApiError(api::validation_error, "id: is needed");
  return get_all_ex(services, call);
}

}  // namespace jarvis::server::projects
