#include "server/domain/tag_lists.h"

#include <set>
#include <string>

#include "server/domain/project_tree.h"
#include "server/domain/task_conditions.h"

namespace jarvis::server::domain {
namespace {

using store::Kind;
namespace filter = store::filter;

store::Filter entities(const Call& call, Kind kind, const std::vector<std::string>& projects) {
  std::vector<store::Filter> parts;
  if (kind == Kind::project) {
    parts.push_back(in_projects(call, {}));
    if (!projects.empty())
      parts.push_back(filter::one_of({"id"}, std::vector<json::value>(projects.begin(), projects.end())));
  } else {
    parts.push_back(in_projects(call, projects));
  }
  if (const json::object* wanted = get_object(call.body, "filter")) {
    for (const char* key : {"tags", "system_tags"}) {
      const json::value* condition = find(*wanted, key);
      if (condition == nullptr || (condition->is_array() && condition->get_array().empty())) continue;
      parts.push_back(choice_condition({key}, *condition, Holds::list));
    }
  }
  return filter::all(std::move(parts));
}

}  // namespace

ApiResult<json::object> tags_of(store::Transaction& tx, const Call& call, const std::vector<Kind>& kinds) {
  TRY(const auto projects, asked_projects(tx, call));
  json::object out;
  for (const char* field : {"tags", "system_tags"}) {
    if (std::string_view(field) == "system_tags" && !get_bool_or(call.body, "include_system", false)) continue;
    std::set<std::string> words;
    for (const Kind kind : kinds) {
      TRY(const auto found, store::distinct_words(tx, kind, field, entities(call, kind, projects)));
      words.insert(found.begin(), found.end());
    }
    out[field] = json::array(words.begin(), words.end());
  }
  return out;
}

}  // namespace jarvis::server::domain
