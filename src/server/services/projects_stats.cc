// What is going on in projects: numbers over their tasks, those of all that is below them included.
#include <array>
#include <map>

#include "server/domain/project_tree.h"
#include "server/domain/task_list.h"
#include "server/services/projects.h"
#include "server/store/query_sql.h"

namespace jarvis::server::projects {
namespace {

using store::Kind;
namespace filter = store::filter;

constexpr std::array<std::string_view, 9> kStatuses{"closed",    "completed", "created", "failed", "in_progress",
                                                    "published", "queued",    "stopped", "unknown"};

struct Numbers {
  std::map<std::string, std::int64_t, std::less<>> by_status;
  std::int64_t tasks = 0, runtime = 0, completed_lately = 0;
  std::string last_run;
};
using ByProject = std::map<std::string, Numbers, std::less<>>;

/// What each project has itself, in one pass for all of them.
ApiResult<ByProject> count_tasks(store::Transaction& tx, const store::Filter& which, WallTime now) {
  ByProject out;
  TRY(const store::Rows rows,
      store::group(tx, Kind::task, {.by = {"project", "status"}, .sums = {"active_duration"}, .maxima = {"started"}},
                   which));
  for (const store::Row& row : rows) {
    Numbers& numbers = out[row.text(0)];
    numbers.by_status[row.text(1)] += row.integer(2);
    numbers.tasks += row.integer(2);
    numbers.runtime += row.integer(3);
    numbers.last_run = std::max(numbers.last_run, row.text(4));
  }
  store::Filter lately{.kind = store::Filter::Kind::range, .field = {"completed"}};
  lately.from = json::value(to_iso(now - std::chrono::hours(24)));
  TRY(const store::Rows done, store::group(tx, Kind::task, {.by = {"project"}, .sums = {}, .maxima = {}},
                                           filter::all({which, std::move(lately)})));
  for (const store::Row& row : done)
    out[row.text(0)].completed_lately = row.integer(1);
  return out;
}

json::object part_of_stats(const ByProject& counted, const std::vector<std::string>& tree) {
  Numbers sum;
  for (const std::string& id : tree) {
    const auto found = counted.find(id);
    if (found == counted.end()) continue;
    for (const auto& [status, count] : found->second.by_status)
      sum.by_status[status] += count;
    sum.tasks += found->second.tasks;
    sum.runtime += found->second.runtime;
    sum.completed_lately += found->second.completed_lately;
    sum.last_run = std::max(sum.last_run, found->second.last_run);
  }
  json::object statuses;
  for (const std::string_view status : kStatuses)
    statuses[status] = sum.by_status[std::string(status)];
  return {{"status_count", std::move(statuses)},
          {"total_tasks", sum.tasks},
          {"total_runtime", sum.runtime},
          {"completed_tasks_24h", sum.completed_lately},
          {"last_task_run", sum.last_run.empty() ? json::value() : json::value(sum.last_run)}};
}

/// Which tasks count at all: `include_stats_filter` is a list request of its own.
ApiResult<store::Filter> counted_tasks(const Call& call, const std::vector<std::string>& projects) {
  std::vector<store::Filter> parts{domain::in_projects(call, projects)};
  if (const json::object* wanted = get_object(call.body, "include_stats_filter")) {
    Call tasks = call;
    tasks.body = *wanted;
    tasks.body["search_hidden"] = true;
    TRY(domain::ListRequest request, domain::parse_list(tasks, domain::kTaskLists));
    parts.push_back(std::move(request.query.where));
  }
  return filter::all(std::move(parts));
}

std::vector<std::string> wanted_states(const json::object& body) {
  const auto state = get_string(body, "stats_for_state");
  if (state && !state->empty()) return {*state};
  // The word null asks for both; nothing said means what is at work.
  return body.contains("stats_for_state") ? std::vector<std::string>{"active", "archived"}
                                          : std::vector<std::string>{"active"};
}

std::string id_of(const json::value& project) {
  return get_string_or(project.get_object(), "id", "");
}

/// "datasets": how many children of the asked type are below, and the tags that they have.
ApiResult<json::object> children_of_type(store::Transaction& tx, const std::vector<std::string>& tree,
                                         const std::string& type) {
  const std::vector<json::value> ids(tree.begin(), tree.end());
  const Kind kind = type == "report" ? Kind::task : Kind::project;
  const store::Filter which =
      kind == Kind::task
          ? filter::all({filter::one_of({"project"}, ids), filter::equals({"type"}, "report")})
          : filter::all({filter::one_of({"id"}, ids), filter::list_has({"system_tags"}, {json::value(type)})});
  TRY(const std::int64_t count, store::count(tx, kind, which));
  TRY(const auto tags, store::distinct_words(tx, kind, "tags", which));
  return json::object{{"count", count}, {"tags", json::array(tags.begin(), tags.end())}};
}

}  // namespace

ApiResult<void> add_stats(Services& services, store::Transaction& tx, const Call& call, json::array& projects) {
  const bool with_children = get_bool_or(call.body, "stats_with_children", true);
  const auto hidden =
      get_bool_or(call.body, "search_hidden", false) ? domain::Hidden::included : domain::Hidden::left_out;
  const std::string type = get_string_or(call.body, "children_type", "");
  std::map<std::string, std::vector<std::string>, std::less<>> trees;
  std::vector<std::string> all;
  for (const json::value& project : projects) {
    std::vector<std::string> tree{id_of(project)};
    if (with_children) {
      TRY(tree, domain::with_subprojects(tx, std::move(tree), type.empty() ? hidden : domain::Hidden::included));
    }
    all.insert(all.end(), tree.begin(), tree.end());
    trees[id_of(project)] = std::move(tree);
  }
  if (all.empty()) return {};
  TRY(const store::Filter tasks, counted_tasks(call, all));
  std::map<std::string, ByProject> counted;
  for (const std::string& state : wanted_states(call.body)) {
    TRY(counted[state], count_tasks(tx, filter::all({tasks, domain::in_state(state)}), services.clock.wall()));
  }
  for (json::value& project : projects) {
    const std::vector<std::string>& tree = trees[id_of(project)];
    json::object stats;
    for (const auto& [state, numbers] : counted)
      stats[state] = part_of_stats(numbers, tree);
    if (!type.empty()) {
      TRY(stats[type + "s"], children_of_type(tx, tree, type));
    }
    project.get_object()["stats"] = std::move(stats);
    json::array below;
    const store::Filter others = filter::one_of({"id"}, std::vector<json::value>(tree.begin() + 1, tree.end()));
    TRY(const auto found, store::find(tx, Kind::project, {.where = others, .order = {{.field = {"name"}}}}));
    for (const json::object& each : found)
      below.push_back({{"id", each.at("id")}, {"name", each.at("name")}});
    project.get_object()["sub_projects"] = std::move(below);
  }
  return {};
}

ApiResult<void> add_own_contents(store::Transaction& tx, const Call& call, json::array& projects) {
  for (json::value& project : projects) {
    const store::Filter here = filter::all({domain::in_projects(call, {id_of(project)}), domain::in_state("active")});
    TRY(project.get_object()["own_tasks"], store::count(tx, Kind::task, here));
    TRY(project.get_object()["own_models"], store::count(tx, Kind::model, here));
  }
  return {};
}

ApiResult<void> add_dataset_stats(store::Transaction& tx, json::array& projects) {
  for (json::value& project : projects) {
    const store::Filter versions = filter::all(
        {filter::equals({"project"}, json::value(id_of(project))), filter::list_has({"system_tags"}, {"dataset"})});
    TRY(const auto newest,
        store::find(tx, Kind::task,
                    {.where = versions, .order = {{.field = {"last_update"}, .descending = true}}, .limit = 1}));
    const json::object* runtime = newest.empty() ? nullptr : get_object(newest.front(), "runtime");
    if (runtime == nullptr) continue;
    project.get_object()["dataset_stats"] = {{"file_count", get_int(*runtime, "ds_file_count").value_or(0)},
                                             {"total_size", get_int(*runtime, "ds_total_size").value_or(0)}};
  }
  return {};
}

}  // namespace jarvis::server::projects
