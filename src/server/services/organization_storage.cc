// What uses the disk: sizes by project, with what is below each, and the largest tasks. As it was measured last
// (scheduler/storage_meter.h): nothing is measured here.
#include <algorithm>
#include <map>

#include "base/limits.h"
#include "server/domain/project_tree.h"
#include "server/scheduler/storage_meter.h"
#include "server/services/organization.h"
#include "server/store/storage_sizes.h"

namespace jarvis::server::organization {
namespace {

using store::Kind;
using store::StorageSizes;

constexpr std::int64_t kTasksShown = 20;

json::object to_json(const StorageSizes& sizes) {
  return {{"bytes", sizes.bytes()},       {"artifacts", sizes.artifacts}, {"models", sizes.models},
          {"debug_images", sizes.images}, {"other_files", sizes.others},  {"logs", sizes.logs},
          {"scalars", sizes.scalars},     {"plots", sizes.plots},         {"files", sizes.files}};
}

/// Id → its parent and its name, of every project.
using Projects = std::map<std::string, std::pair<std::string, std::string>>;

Result<Projects> all_projects(store::Transaction& tx, const Call& call) {
  TRY(const auto documents,
      store::find(tx, Kind::project, {.where = domain::in_projects(call, {}), .fields = {"id", "name", "parent"}}));
  Projects out;
  for (const json::object& project : documents)
    out.emplace(get_string_or(project, "id", ""),
                std::pair(get_string_or(project, "parent", ""), get_string_or(project, "name", "")));
  return out;
}

struct ProjectSizes {
  StorageSizes with_subprojects;
  std::int64_t own = 0;
};

/// Each project's sizes count for those above it, too.
std::map<std::string, ProjectSizes> summed_up(const std::vector<store::SizesOf>& sizes, const Projects& projects) {
  std::map<std::string, ProjectSizes> out;
  for (const auto& [id, own] : sizes) {
    out[id].own = own.bytes();
    out[id].with_subprojects += own;
    auto at = projects.find(id);
    // A ring of parents, which the services never make, would end here, too.
    for (std::size_t depth = 0; at != projects.end() && !at->second.first.empty() && depth < projects.size(); ++depth) {
      out[at->second.first].with_subprojects += own;
      at = projects.find(at->second.first);
    }
  }
  return out;
}

json::array project_rows(const std::map<std::string, ProjectSizes>& sums, const Projects& projects,
                         const std::vector<std::string>& asked) {
  std::vector<std::pair<std::string, const ProjectSizes*>> rows;
  for (const auto& [id, sum] : sums) {
    const bool is_asked = asked.empty() || std::ranges::find(asked, id) != asked.end();
    if (is_asked && sum.with_subprojects.bytes() > 0) rows.emplace_back(id, &sum);
  }
  std::ranges::stable_sort(rows, std::greater<>(),
                           [](const auto& row) { return row.second->with_subprojects.bytes(); });
  rows.resize(std::min<std::size_t>(rows.size(), limits::storage_rows_max));
  json::array out;
  for (const auto& [id, sum] : rows) {
    json::object row = to_json(sum->with_subprojects);
    const auto known = projects.find(id);
    row["id"] = id.empty() ? json::value() : json::value(id);
    row["name"] = known == projects.end() ? std::string() : known->second.second;
    row["own_bytes"] = sum->own;
    out.emplace_back(std::move(row));
  }
  return out;
}

ApiResult<json::array> task_rows(store::Transaction& tx, const std::vector<store::SizesOf>& largest,
                                 const Projects& projects) {
  json::array out;
  for (const auto& [id, sizes] : largest) {
    TRY(const auto task, store::get(tx, Kind::task, id));
    if (!task) continue;
    const std::string project = get_string_or(*task, "project", "");
    const auto known = projects.find(project);
    json::object row = to_json(sizes);
    row["id"] = id;
    row["name"] = get_string_or(*task, "name", "");
    row["project"] =
        known == projects.end() ? json::value() : json::object{{"id", project}, {"name", known->second.second}};
    out.emplace_back(std::move(row));
  }
  return out;
}

/// When the database was measured, and the files: of several servers, the one that has waited longest counts.
json::object measured(const std::vector<store::MeasuredPlace>& places) {
  std::optional<WallTime> database, files;
  for (const store::MeasuredPlace& place : places) {
    std::optional<WallTime>& of = place.place == store::kDatabasePlace ? database : files;
    of = of ? std::min(*of, place.measured) : place.measured;
  }
  const auto date = [](const std::optional<WallTime>& time) {
    return time ? json::value(to_iso(*time)) : json::value();
  };
  return {{"database", date(database)}, {"files", date(files)}};
}

}  // namespace

ApiResult<Reply> get_storage_usage(Services& services, const Call& call) {
  if (get_bool_or(call.body, "refresh", false)) services.storage.ask();
  const std::int64_t count = get_int(call.body, "tasks").value_or(kTasksShown);
  if (count < 0 || count > limits::storage_rows_max)
    return ApiError(api::validation_error, "tasks: expected 0 to " + std::to_string(limits::storage_rows_max));

  return services.store.read([&](store::Transaction& tx) -> ApiResult<Reply> {
    store::StorageQuery query{.company = call.identity.company.str(),
                              .projects = {},
                              .with_public = get_bool_or(call.body, "allow_public", true)};
    TRY(query.projects, domain::asked_projects(tx, call));
    TRY(const Projects projects, all_projects(tx, call));
    TRY(const auto sizes, store::sizes_of_projects(tx, query));
    TRY(const auto largest, store::largest_tasks(tx, query, count));
    TRY(const auto places, store::measured_places(tx));
    TRY(json::array tasks, task_rows(tx, largest, projects));
    StorageSizes total, of_no_task;
    for (const store::SizesOf& one : sizes)
      total += one.sizes;
    for (const store::MeasuredPlace& place : places)
      of_no_task += place.of_no_task;
    return Reply(json::object{{"projects", project_rows(summed_up(sizes, projects), projects, query.projects)},
                              {"tasks", std::move(tasks)},
                              {"total", to_json(total)},
                              {"of_no_task", {{"bytes", of_no_task.bytes()}, {"files", of_no_task.files}}},
                              {"measured", measured(places)},
                              {"is_measuring", services.storage.is_measuring()}});
  });
}

}  // namespace jarvis::server::organization
