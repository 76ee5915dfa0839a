// The words by which a project's tasks and models can be told apart: tags, parents, the people who made them.
#include <algorithm>
#include <compare>
#include <map>
#include <set>
#include <span>

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

namespace {

/// Of a million tasks a hundred thousand are parents: no more is kept of each than goes out.
struct Parent {
  std::string name, id, project;

  auto operator<=>(const Parent&) const = default;
};

// So many are looked up at once.
constexpr std::size_t kParentsAtOnce = 500;

/// What the caller may see of the tasks with these ids.
ApiResult<void> add_parents(store::Transaction& tx, const Call& call, std::span<const std::string> ids,
                            std::vector<Parent>& out) {
  static const std::vector<std::string> fields{"name", "project", "company"};
  TRY(const auto found, store::get_fields(tx, Kind::task, ids, fields));
  for (const auto& [id, task] : found) {
    const std::string company = get_string_or(task, "company", "");
    if (!company.empty() && company != call.identity.company.str()) continue;
    out.push_back({.name = get_string_or(task, "name", ""), .id = id, .project = get_string_or(task, "project", "")});
  }
  return {};
}

ApiResult<std::vector<Parent>> parents_of(store::Transaction& tx, const store::Filter& children, const Call& call) {
  TRY(const store::Rows rows, store::group(tx, Kind::task, {.by = {"parent"}, .sums = {}, .maxima = {}}, children));
  std::vector<Parent> out;
  std::vector<std::string> some;
  for (const store::Row& row : rows) {
    some.push_back(row.text(0));
    if (some.size() < kParentsAtOnce && &row != &rows.back()) continue;
    CHECK_OK(add_parents(tx, call, some, out));
    some.clear();
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace

ApiResult<Reply> get_task_parents(Services&, store::Transaction& tx, const Call& call) {
  TRY(const auto projects, domain::asked_projects(tx, call));
  const store::Filter children = filter::all({domain::in_projects(call, projects), filter::exists({"parent"}),
                                              domain::in_state(get_string_or(call.body, "tasks_state", ""))});
  TRY(const std::vector<Parent> parents, parents_of(tx, children, call));
  std::set<std::string> folder_ids;
  for (const Parent& parent : parents)
    folder_ids.insert(parent.project);
  const std::vector<std::string> only_name{"name"};
  TRY(const auto folders,
      store::get_fields(tx, Kind::project, std::vector<std::string>(folder_ids.begin(), folder_ids.end()), only_name));
  std::string text;
  for (const Parent& parent : parents) {
    json::object item{{"id", parent.id}, {"name", parent.name}};
    if (const auto folder = folders.find(parent.project); folder != folders.end())
      item["project"] = {{"id", folder->first}, {"name", get_string_or(folder->second, "name", "")}};
    text += (text.empty() ? "{\"parents\":[" : ",") + to_text(item);
  }
  if (text.empty()) return json::object{{"parents", json::array()}};
  return Reply::raw(std::move(text) + "]}");
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
