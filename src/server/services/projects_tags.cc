// The words by which a project's tasks and models can be told apart: tags, parents, the people who made them.
#include <map>
#include <set>

#include "server/domain/entities.h"
#include "server/domain/project_tree.h"
#include "server/domain/tag_lists.h"
#include "server/services/projects.h"
#include "server/store/query_sql.h"

namespace jarvis::server::projects {

using store::Kind;
namespace filter = store::filter;

ApiResult<Reply> get_task_tags(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object reply, domain::tags_of(tx, call, {Kind::task}));
  return reply;
}

ApiResult<Reply> get_model_tags(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object reply, domain::tags_of(tx, call, {Kind::model}));
  return reply;
}

ApiResult<Reply> get_project_tags(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object reply, domain::tags_of(tx, call, {Kind::project}));
  return reply;
}

ApiResult<Reply> get_task_parents(Services&, store::Transaction& tx, const Call& call) {
  TRY(const auto projects, domain::asked_projects(tx, call));
  const store::Filter children = filter::all({domain::in_projects(call, projects), filter::exists({"parent"}),
                                              domain::in_state(get_string_or(call.body, "tasks_state", ""))});
  TRY(const store::Rows rows, store::group(tx, Kind::task, {.by = {"parent"}, .sums = {}, .maxima = {}}, children));
  std::vector<std::string> ids;
  for (const store::Row& row : rows)
    ids.push_back(row.text(0));
  const std::vector<std::string> fields{"name", "project", "company"};
  TRY(const auto found, store::get_fields(tx, Kind::task, ids, fields));
  std::set<std::string> folder_ids;
  for (const auto& [id, parent] : found)
    folder_ids.insert(get_string_or(parent, "project", ""));
  const std::vector<std::string> only_name{"name"};
  TRY(const auto folders,
      store::get_fields(tx, Kind::project, std::vector<std::string>(folder_ids.begin(), folder_ids.end()), only_name));
  std::multimap<std::string, json::object> by_name;
  for (const auto& [id, parent] : found) {
    const std::string company = get_string_or(parent, "company", "");
    if (!company.empty() && company != call.identity.company.str()) continue;
    json::object item{{"id", id}, {"name", get_string_or(parent, "name", "")}};
    if (const auto folder = folders.find(get_string_or(parent, "project", "")); folder != folders.end())
      item["project"] = {{"id", folder->first}, {"name", get_string_or(folder->second, "name", "")}};
    by_name.emplace(get_string_or(parent, "name", ""), std::move(item));
  }
  json::array parents;
  for (auto& [name, item] : by_name)
    parents.emplace_back(std::move(item));
  return json::object{{"parents", std::move(parents)}};
}

ApiResult<Reply> get_user_names(Services&, store::Transaction& tx, const Call& call) {
  TRY(const auto projects, domain::asked_projects(tx, call));
  const Kind kind = get_string_or(call.body, "entity", "task") == "model" ? Kind::model : Kind::task;
  TRY(const store::Rows rows,
      store::group(tx, kind, {.by = {"user"}, .sums = {}, .maxima = {}}, domain::in_projects(call, projects)));
  std::multimap<std::string, std::string> by_name;
  for (const store::Row& row : rows) {
    TRY(const auto user, store::get(tx, Kind::user, row.text(0)));
    if (user) by_name.emplace(get_string_or(*user, "name", ""), row.text(0));
  }
  json::array users;
  for (const auto& [name, id] : by_name)
    users.push_back({{"id", id}, {"name", name}});
  return json::object{{"users", std::move(users)}};
}

}  // namespace jarvis::server::projects
