// Reading reports, and what they show of tasks.
#include <algorithm>
#include <array>

#include "server/domain/entity_lists.h"
#include "server/domain/project_tree.h"
#include "server/services/reports.h"
#include "server/services/rows.h"

namespace jarvis::server::reports {
namespace {

using store::Kind;
namespace filter = store::filter;

/// The ids of the report folders of these projects; with "null" among them, of the one at the top.
ApiResult<json::array> folders_of(store::Transaction& tx, const Call& call, const json::value& projects) {
  std::vector<json::value> parents;
  const auto add = [&](const json::value& id) { parents.push_back(id); };
  projects.is_array() ? void(std::ranges::for_each(projects.get_array(), add)) : add(projects);
  std::vector<std::string> ids;
  for (const json::value& id : parents) {
    if (id.is_string()) ids.emplace_back(id.get_string());
  }
  if (get_bool_or(call.body, "include_subprojects", false)) {
    TRY(ids, domain::with_subprojects(tx, std::move(ids)));
    for (const std::string& id : ids)
      parents.emplace_back(id);
  }
  TRY(const auto found, store::find(tx, Kind::project,
                                    {.where = filter::all({filter::one_of({"parent"}, parents),
                                                           filter::list_has({"system_tags"}, {"reports"})})}));
  json::array out(ids.begin(), ids.end());  // a report folder may be named itself
  for (const json::object& folder : found)
    out.push_back(folder.at("id"));
  return out;
}

/// A list request of its own for each part of the answer, sent to the row that answers it.
ApiResult<json::value> part_from(Services& services, const Call& call, std::string_view endpoint, json::object body,
                                 std::string_view key) {
  Call asked = call;
  asked.endpoint = endpoint;
  asked.body = std::move(body);
  asked.body["model_events"] = get_bool_or(call.body, "model_events", false);
  TRY(Reply reply, run_row(services, asked));
  json::value* found = reply.data.if_contains(key);
  return found == nullptr ? json::value() : std::move(*found);
}

/// debug_images asks for pairs of a task and a metric.
json::object images_request(const json::array& ids, const json::object& wanted) {
  json::array pairs;
  const json::array* metrics = get_array(wanted, "metrics");
  for (const json::value& id : ids) {
    if (metrics == nullptr || metrics->empty()) pairs.emplace_back(json::object{{"task", id}});
    for (const json::value& metric : metrics == nullptr ? json::array() : *metrics) {
      json::object pair{{"task", id}};
      if (metric.is_object())
        for (const auto& [key, value] : metric.get_object())
          pair[key] = value;
      pairs.emplace_back(std::move(pair));
    }
  }
  json::object body = wanted;
  body["metrics"] = std::move(pairs);
  return body;
}

struct Part {
  std::string_view name, endpoint, key;
};
constexpr std::array kParts{
    Part{"plots", "events.get_multi_task_plots", "plots"},
    Part{"debug_images", "events.debug_images", "metrics"},
    Part{"scalar_metrics_iter_histogram", "events.multi_task_scalar_metrics_iter_histogram", "metrics"},
    Part{"single_value_metrics", "events.get_task_single_value_metrics", "tasks"},
};

ApiResult<json::object> task_data(Services& services, const Call& call) {
  const bool of_models = get_bool_or(call.body, "model_events", false);
  Call listed = call;
  listed.body["search_hidden"] = true;
  TRY(json::object out, services.store.read([&](store::Transaction& tx) {
    return domain::list_reply(tx, listed, of_models ? domain::kModelLists : domain::kTaskLists,
                              of_models ? Kind::model : Kind::task, "tasks", domain::References::objects);
  }));
  json::array ids;
  for (const json::value& task : out.at("tasks").get_array())
    ids.push_back(task.at("id"));
  for (const Part& part : kParts) {
    const json::object* wanted = get_object(call.body, part.name);
    if (wanted == nullptr) continue;
    json::object body = part.name == "debug_images" ? images_request(ids, *wanted) : *wanted;
    body["tasks"] = ids;
    TRY(out[part.name], part_from(services, call, part.endpoint, std::move(body), part.key));
  }
  return out;
}

}  // namespace

ApiResult<Reply> get_all_ex(Services&, store::Transaction& tx, const Call& call) {
  Call asked = call;
  asked.body["type"] = json::array{"report"};
  asked.body["search_hidden"] = true;
  asked.body.erase("include_subprojects");
  if (const auto projects = call.body.find("project"); projects != call.body.end() && !projects->value().is_null()) {
    TRY(json::array folders, folders_of(tx, call, projects->value()));
    if (folders.empty()) folders.emplace_back("none");
    asked.body["project"] = std::move(folders);
  }
  TRY(json::object reply,
      domain::list_reply(tx, asked, domain::kTaskLists, Kind::task, "tasks", domain::References::objects));
  return reply;
}

ApiResult<Reply> get_tags(Services&, store::Transaction& tx, const Call& call) {
  const store::Filter which = filter::all({domain::in_projects(call, {}), filter::equals({"type"}, "report")});
  TRY(const auto tags, store::distinct_words(tx, Kind::task, "tags", which));
  return json::object{{"tags", json::array(tags.begin(), tags.end())}};
}

ApiResult<Reply> get_task_data(Services& services, const Call& call) {
  TRY(json::object reply, task_data(services, call));
  return reply;
}

}  // namespace jarvis::server::reports
