// The pipelines service: runs of pipelines, which are tasks of the type controller with the steps as their children.
#include <algorithm>
#include <array>
#include <charconv>

#include "server/domain/entities.h"
#include "server/domain/task_fields.h"
#include "server/domain/task_queue.h"
#include "server/endpoint.h"
#include "server/services.h"
#include "server/services/task_removal.h"
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"
#include "server/store/documents.h"

namespace jarvis::server {
namespace pipelines {
namespace {

using store::Kind;
namespace filter = store::filter;

bool is_pipeline(const json::object& task) {
  return get_string_or(task, "type", "") == "controller" && domain::has_system_tag(task, "pipeline");
}

ApiResult<json::object> load_pipeline(store::Transaction& tx, const Call& call, const std::string& id) {
  TRY(json::object task, domain::load_visible(tx, call, Kind::task, id));
  if (!is_pipeline(task)) return ApiError(api::invalid_task_id, "task " + id + " is no run of a pipeline");
  return task;
}

/// "train #7" → {"train", 7}.
std::pair<std::string, std::int64_t> name_and_number(const std::string& name) {
  const std::size_t hash = name.rfind(" #");
  std::int64_t number = 0;
  if (hash == std::string::npos) return {name, 0};
  const char* end = name.data() + name.size();
  const auto [stop, failure] = std::from_chars(name.data() + hash + 2, end, number);
  if (failure != std::errc() || stop != end) return {name, 0};
  return {name.substr(0, hash), number};
}

/// The name of the next run of a pipeline in its project.
ApiResult<std::string> next_name(store::Transaction& tx, const json::object& run) {
  const auto [base, own] = name_and_number(get_string_or(run, "name", ""));
  std::int64_t last = std::max<std::int64_t>(own, 1);
  const json::value* project = find(run, "project");
  TRY(const auto others,
      store::find(tx, Kind::task,
                  {.where = filter::all({filter::equals({"project"}, project == nullptr ? json::value() : *project),
                                         filter::equals({"type"}, "controller")})}));
  for (const json::object& other : others) {
    const auto [name, number] = name_and_number(get_string_or(other, "name", ""));
    if (name == base) last = std::max(last, number);
  }
  return base + " #" + std::to_string(last + 1);
}

/// The Args section of the run with the values of the request.
json::object parameters(const json::object& run, const json::object& body) {
  const json::object* old = get_object(run, "hyperparams");
  json::object sections = old == nullptr ? json::object() : *old;
  if (const json::array* args = get_array(body, "args")) {
    json::object& section = ensure_object(sections, "Args");
    for (const json::value& arg : *args) {
      if (!arg.is_object()) continue;
      const std::string name = get_string_or(arg.get_object(), "name", "");
      if (name.empty()) continue;
      json::object& item = ensure_object(section, name);
      item["section"] = "Args";
      item["name"] = name;
      item["value"] = get_string_or(arg.get_object(), "value", "");
    }
  }
  return sections;
}

ApiResult<Reply> start_pipeline(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const json::object run, load_pipeline(tx, call, get_string_or(call.body, "task", "")));
  TRY(const json::object queue, domain::queue_or_default(tx, call));
  TRY(const std::string name, next_name(tx, run));
  Call clone = call;
  clone.body = {{"task", run.at("id")}, {"new_task_name", name}, {"new_task_hyperparams", parameters(run, call.body)}};
  TRY(const Reply cloned, tasks::clone(services, tx, clone));
  const std::string id = get_string_or(cloned.data, "id", "");
  TRY(auto task, domain::TaskDraft::open(tx, call, id, services.clock.wall()));
  CHECK_OK(tasks::put_in_queue(services, tx, task, queue, domain::Force::no, {}));
  json::object reply{{"pipeline", id}, {"enqueued", true}};
  if (get_bool_or(call.body, "verify_watched_queue", false)) {
    TRY(reply["queue_watched"], domain::is_watched(tx, call, queue, services.clock.wall()));
  }
  return reply;
}

/// Whether a new run could start, and what stands in the way: asked before the form for it is shown.
ApiResult<Reply> check_new_run(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const json::object run, load_pipeline(tx, call, get_string_or(call.body, "task", "")));
  json::array problems;
  if (get_string_or(run, "company", "").empty()) problems.emplace_back("the pipeline is public: clone it first");
  const json::object* script = get_object(run, "script");
  if (script == nullptr || get_string_or(*script, "entry_point", "").empty())
    problems.emplace_back("the run recorded no script to start");
  json::object reply;
  if (const auto queue = domain::queue_or_default(tx, call); !queue) {
    problems.emplace_back(queue.error().message());
  } else {
    TRY(reply["queue_watched"], domain::is_watched(tx, call, *queue, services.clock.wall()));
    reply["queue"] = {{"id", queue->at("id")}, {"name", queue->at("name")}};
  }
  reply["can_run"] = problems.empty();
  reply["problems"] = std::move(problems);
  return reply;
}

ApiResult<json::object> delete_run(Services& services, store::Transaction& tx, const Call& call,
                                   const std::string& id) {
  TRY(const json::object run, load_pipeline(tx, call, id));
  const std::string project = get_string_or(call.body, "project", "");
  if (!project.empty() && get_string_or(run, "project", "") != project)
    return ApiError(api::invalid_task_id, "run " + id + " is not of the project " + project);
  const auto wish = tasks::RemovalWish::from(call.body);
  // The steps first: without their run they are nothing that a list shows.
  TRY(const auto steps, store::find_ids(tx, Kind::task, {.where = filter::equals({"parent"}, json::value(id))}));
  TRY(auto task, domain::TaskDraft::open(tx, call, id, services.clock.wall()));
  tasks::Removed removed;
  if (!wish.is_forced) CHECK_OK(tasks::check_deletable(tx, task));
  for (const std::string& step : steps) {
    TRY(auto child, domain::TaskDraft::open(tx, call, step, services.clock.wall()));
    TRY(const tasks::Removed gone, tasks::remove_task(services, tx, call, child, wish));
    removed.add(gone);
  }
  TRY(const tasks::Removed gone, tasks::remove_task(services, tx, call, task, wish));
  removed.add(gone);
  json::object row{{"deleted", true},
                   {"deleted_steps", steps.size()},
                   {"updated_children", removed.children},
                   {"updated_models", removed.kept_models},
                   {"deleted_models", removed.models}};
  removed.describe(wish, row);
  return row;
}

ApiResult<Reply> delete_runs(Services& services, store::Transaction& tx, const Call& call) {
  return tasks::for_each_id(call, [&](const std::string& id) { return delete_run(services, tx, call, id); });
}

}  // namespace
}  // namespace pipelines

std::span<const Endpoint> pipelines_endpoints() {
  using enum Access;
  using namespace pipelines;
  static const std::array rows{
      Endpoint{"pipelines.start_pipeline", {2, 17}, signed_in, Write{start_pipeline}},
      Endpoint{"pipelines.delete_runs", {2, 26}, signed_in, Write{delete_runs}},
      Endpoint{"pipelines.check_new_run", {2, 31}, signed_in, Read{check_new_run}},
  };
  return rows;
}

}  // namespace jarvis::server
