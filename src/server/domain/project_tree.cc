#include "server/domain/project_tree.h"

#include <set>

namespace jarvis::server::domain {

using store::Kind;
namespace filter = store::filter;

Result<std::vector<json::object>> project_tree(store::Transaction& tx, const json::object& project) {
  std::vector<json::object> out{project};
  for (std::size_t i = 0; i < out.size(); ++i) {
    TRY(auto children, store::find(tx, Kind::project, {.where = filter::equals({"parent"}, out[i].at("id"))}));
    for (json::object& child : children)
      out.push_back(std::move(child));
  }
  return out;
}

Result<std::vector<std::string>> with_subprojects(store::Transaction& tx, std::vector<std::string> ids, Hidden hidden) {
  std::set<std::string> seen(ids.begin(), ids.end());
  std::vector<json::value> level(ids.begin(), ids.end());
  while (!level.empty()) {
    store::Filter below = filter::one_of({"parent"}, std::move(level));
    if (hidden == Hidden::left_out)
      below = filter::all({std::move(below), filter::negate(filter::list_has({"hidden"}, {"yes"}))});
    TRY(auto found, store::find_ids(tx, Kind::project, {.where = std::move(below)}));
    level.clear();
    for (std::string& id : found) {
      if (!seen.insert(id).second) continue;
      level.emplace_back(id);
      ids.push_back(std::move(id));
    }
  }
  return ids;
}

Result<std::vector<std::string>> asked_projects(store::Transaction& tx, const Call& call) {
  std::vector<std::string> ids = get_strings(call.body, "projects");
  if (ids.empty()) ids = get_strings(call.body, "project");
  if (ids.empty() || !get_bool_or(call.body, "include_subprojects", true)) return ids;
  return with_subprojects(tx, std::move(ids));
}

store::Filter in_projects(const Call& call, const std::vector<std::string>& projects) {
  std::vector<json::value> companies{json::value(call.identity.company.str())};
  if (get_bool_or(call.body, "allow_public", true)) companies.emplace_back(nullptr);
  std::vector<store::Filter> parts{filter::one_of({"company"}, std::move(companies))};
  if (!projects.empty())
    parts.push_back(filter::one_of({"project"}, std::vector<json::value>(projects.begin(), projects.end())));
  return filter::all(std::move(parts));
}

store::Filter in_state(std::string_view state) {
  store::Filter archived = filter::list_has({"system_tags"}, {"archived"});
  if (state == "archived") return archived;
  if (state == "active") return filter::negate(std::move(archived));
  return {};
}

Result<std::vector<std::string>> ancestors(store::Transaction& tx, std::string_view id) {
  std::vector<std::string> out;
  std::string next(id);
  while (!next.empty()) {
    TRY(const auto project, store::get(tx, Kind::project, next));
    next = project ? get_string_or(*project, "parent", "") : "";
    if (!next.empty()) out.push_back(next);
  }
  return out;
}

}  // namespace jarvis::server::domain
