// Who used the machines, and for what: run times within a period, summed by project, queue, user or type.
#include <algorithm>
#include <map>

#include "server/domain/project_tree.h"
#include "server/services/organization.h"

namespace jarvis::server::organization {
namespace {

using store::Kind;
namespace filter = store::filter;

struct Period {
  WallTime from, to;
};

/// A date, or seconds since 1970.
ApiResult<WallTime> time_from(const json::object& body, std::string_view key, WallTime fallback) {
  if (const auto seconds = get_double(body, key)) return WallTime{static_cast<std::int64_t>(*seconds * 1e6)};
  const auto text = get_string(body, key);
  if (!text) return fallback;
  const auto time = from_iso(*text);
  if (!time) return ApiError(api::validation_error, std::string(key) + ": " + time.error().message());
  return *time;
}

std::int64_t seconds_within(const json::object& task, const Period& period, WallTime now) {
  const auto started = from_iso(get_string_or(task, "started", ""));
  if (!started) return 0;
  const auto completed = from_iso(get_string_or(task, "completed", ""));
  const bool is_running = get_string_or(task, "status", "") == "in_progress";
  const WallTime end = completed    ? *completed
                       : is_running ? now
                                    : from_iso(get_string_or(task, "last_update", "")).value_or(*started);
  return std::max<std::int64_t>(0, std::min(end.us, period.to.us) - std::max(started->us, period.from.us)) / 1'000'000;
}

struct Group {
  std::string_view name;
  Kind kind;
};
constexpr std::array kGroups{Group{"project", Kind::project}, Group{"queue", Kind::queue}, Group{"user", Kind::user},
                             Group{"type", Kind::task}};

std::string key_of(const json::object& task, std::string_view group) {
  if (group != "queue") return get_string_or(task, group, "");
  const json::value* queue = find_path(task, {"execution", "queue"});
  return queue != nullptr && queue->is_string() ? std::string(queue->get_string()) : std::string();
}

struct Sum {
  std::int64_t tasks = 0, seconds = 0;
};

ApiResult<json::object> name_of(store::Transaction& tx, const Group& group, const std::string& id) {
  json::object out{{"id", id.empty() ? json::value() : json::value(id)}, {"name", id}};
  if (group.name == "type" || id.empty()) return out;
  TRY(const auto document, store::get(tx, group.kind, id));
  if (document) out["name"] = get_string_or(*document, "name", "");
  return out;
}

}  // namespace

ApiResult<Reply> get_project_workloads(Services& services, const Call& call) {
  const WallTime now = services.clock.wall();
  Period period;
  TRY(period.from, time_from(call.body, "from_date", now - std::chrono::hours(24 * 7)));
  TRY(period.to, time_from(call.body, "to_date", now));
  const std::string wanted = get_string_or(call.body, "group_by", "project");
  const auto group = std::ranges::find(kGroups, wanted, &Group::name);
  if (group == kGroups.end()) return ApiError(api::validation_error, "group_by: one of project, queue, user, type");

  return services.store.read([&](store::Transaction& tx) -> ApiResult<Reply> {
    TRY(const auto projects, domain::asked_projects(tx, call));
    store::Filter before_end{.kind = store::Filter::Kind::range, .field = {"started"}};
    before_end.to = json::value(to_iso(period.to));
    store::Filter after_begin{.kind = store::Filter::Kind::range, .field = {"last_update"}};
    after_begin.from = json::value(to_iso(period.from));
    TRY(const auto tasks, store::find(tx, Kind::task,
                                      {.where = filter::all({domain::in_projects(call, projects), std::move(before_end),
                                                             std::move(after_begin)})}));
    std::map<std::string, Sum> sums;
    std::int64_t total = 0;
    for (const json::object& task : tasks) {
      const std::int64_t seconds = seconds_within(task, period, now);
      if (seconds == 0) continue;
      Sum& sum = sums[key_of(task, group->name)];
      ++sum.tasks;
      sum.seconds += seconds;
      total += seconds;
    }
    json::array workloads;
    for (const auto& [key, sum] : sums) {
      TRY(json::object row, name_of(tx, *group, key));
      row["tasks"] = sum.tasks;
      row["runtime"] = sum.seconds;
      workloads.emplace_back(std::move(row));
    }
    std::ranges::sort(workloads, [](const json::value& a, const json::value& b) {
      return a.at("runtime").as_int64() > b.at("runtime").as_int64();
    });
    return Reply(json::object{{"workloads", std::move(workloads)},
                              {"total_runtime", total},
                              {"from_date", to_iso(period.from)},
                              {"to_date", to_iso(period.to)}});
  });
}

}  // namespace jarvis::server::organization
