// The workers service: which agents are there, what they do, how their machines are.
#include <array>

#include "server/domain/task_document.h"
#include "server/endpoint.h"
#include "server/services.h"
#include "server/store/documents.h"
#include "server/store/queue_entries.h"

namespace jarvis::server {
namespace {

constexpr std::int64_t kLifeSeconds = 600;

std::string key_of(const Call& call, std::string_view worker) {
  return "worker_" + call.identity.company.str() + "_" + call.identity.user.str() + "_" + std::string(worker);
}

json::object new_worker(const Call& call, const std::string& id, WallTime now) {
  return {{"id", id},
          {"key", key_of(call, id)},
          {"user", call.identity.user.str()},
          {"company", call.identity.company.str()},
          {"ip", call.peer},
          {"register_time", to_iso(now)},
          {"register_timeout", kLifeSeconds},
          {"last_activity_time", to_iso(now)},
          {"last_report_time", nullptr},
          {"queues", json::array()},
          {"queue", nullptr},
          {"task", nullptr},
          {"tags", json::array()},
          {"system_tags", json::array()}};
}

ApiResult<std::optional<json::object>> load_worker(store::Transaction& tx, const Call& call, const std::string& id) {
  const std::string key = key_of(call, id);
  TRY(const store::Rows rows, tx.run("worker_get", {std::string_view(key)}));
  if (rows.empty()) return std::optional<json::object>();
  TRY(json::object worker, parse_json_object(rows.front().text(0)));
  return std::optional(std::move(worker));
}

ApiResult<void> save(store::Transaction& tx, const json::object& worker, WallTime now) {
  const std::string key = get_string_or(worker, "key", "");
  const std::string company = get_string_or(worker, "company", "");
  const std::string text = to_text(worker);
  const std::int64_t expires = now.ms() + get_int(worker, "register_timeout").value_or(kLifeSeconds) * 1000;
  CHECK_OK(tx.run("worker_put", {std::string_view(key), std::string_view(company), expires, std::string_view(text)}));
  return {};
}

ApiResult<std::string> worker_name(const Call& call) {
  const std::string id = get_string_or(call.body, "worker", "");
  if (id.empty()) return ApiError(api::invalid_worker_id, "worker: must not be empty");
  return id;
}

void set_strings(const json::object& body, const char* key, json::object& worker) {
  if (!body.contains(key) || body.at(key).is_null()) return;
  const auto values = get_strings(body, key);
  worker[key] = json::array(values.begin(), values.end());
}

ApiResult<Reply> register_worker(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const std::string id, worker_name(call));
  const WallTime now = services.clock.wall();
  for (const std::string& queue : get_strings(call.body, "queues")) {
    TRY(const auto found, store::get(tx, store::Kind::queue, queue));
    if (!found) return ApiError(api::invalid_queue_id, "id=" + queue);
  }
  json::object worker = new_worker(call, id, now);
  if (const auto timeout = get_int(call.body, "timeout"); timeout && *timeout > 0)
    worker["register_timeout"] = *timeout;
  set_strings(call.body, "queues", worker);
  set_strings(call.body, "tags", worker);
  set_strings(call.body, "system_tags", worker);
  CHECK_OK(save(tx, worker, now));
  return Reply();
}

ApiResult<Reply> unregister_worker(Services&, store::Transaction& tx, const Call& call) {
  TRY(const std::string id, worker_name(call));
  const std::string key = key_of(call, id);
  CHECK_OK(tx.run("worker_delete", {std::string_view(key)}));
  return Reply();
}

/// The worker says that it runs this task: that confirms the lease, and the task knows its worker.
ApiResult<void> report_task(Services& services, store::Transaction& tx, const Call& call, const std::string& id,
                            const std::string& worker) {
  TRY(auto document, store::get(tx, store::Kind::task, id));
  if (!document || get_string_or(*document, "company", "") != call.identity.company.str()) return {};
  const std::string now = to_iso(services.clock.wall());
  (*document)["last_worker"] = worker;
  (*document)["last_worker_report"] = now;
  (*document)["last_update"] = now;
  CHECK_OK(store::put(tx, store::Kind::task, *document));
  // A status report may overtake tasks.started: the lease is kept from expiring, started still ends it.
  TRY(const auto lease, store::lease_of(tx, TaskId(id)));
  if (lease && domain::state_of(*document) == domain::TaskState::in_progress)
    CHECK_OK(store::end_lease(tx, TaskId(id)));
  return {};
}

ApiResult<Reply> status_report(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const std::string id, worker_name(call));
  const WallTime now = services.clock.wall();
  TRY(auto known, load_worker(tx, call, id));
  json::object worker = known ? std::move(*known) : new_worker(call, id, now);
  worker["last_activity_time"] = worker["last_report_time"] = to_iso(now);
  worker["ip"] = call.peer;
  set_strings(call.body, "queues", worker);
  set_strings(call.body, "tags", worker);
  const std::string task = get_string_or(call.body, "task", "");
  const std::string queue = get_string_or(call.body, "queue", "");
  worker["task"] = task.empty() ? json::value(nullptr) : json::value(task);
  worker["queue"] = queue.empty() ? json::value(nullptr) : json::value(queue);
  if (const json::object* stats = get_object(call.body, "machine_stats")) worker["machine_stats"] = *stats;
  CHECK_OK(save(tx, worker, now));
  if (!task.empty()) CHECK_OK(report_task(services, tx, call, task, id));
  return Reply();
}

/// {"id", "name"} of a document, or the bare id when it is gone.
ApiResult<json::value> reference(store::Transaction& tx, store::Kind kind, const json::value& id) {
  if (!id.is_string()) return json::value(nullptr);
  TRY(const auto document, store::get(tx, kind, std::string_view(id.get_string())));
  json::object out{{"id", id}};
  if (document) out["name"] = get_string_or(*document, "name", "");
  return json::value(std::move(out));
}

ApiResult<json::object> worker_entry(store::Transaction& tx, json::object worker) {
  TRY(json::value task, reference(tx, store::Kind::task, worker.at("task")));
  if (task.is_object()) {
    TRY(const auto document, store::get(tx, store::Kind::task, get_string_or(task.get_object(), "id", "")));
    if (document) {
      task.get_object()["running_time"] = get_int(*document, "active_duration").value_or(0) * 1000;
      task.get_object()["last_iteration"] = get_int(*document, "last_iteration").value_or(0);
    }
  }
  worker["task"] = std::move(task);
  TRY(worker["queue"], reference(tx, store::Kind::queue, worker.at("queue")));
  json::array queues;
  for (const std::string& id : get_strings(worker, "queues")) {
    TRY(json::value queue, reference(tx, store::Kind::queue, json::value(id)));
    TRY(const std::int64_t waiting, store::entry_count(tx, QueueId(id)));
    queue.as_object()["num_tasks"] = waiting;
    queues.push_back(std::move(queue));
  }
  worker["queues"] = std::move(queues);
  TRY(worker["user"], reference(tx, store::Kind::user, worker.at("user")));
  TRY(worker["company"], reference(tx, store::Kind::company, worker.at("company")));
  return worker;
}

ApiResult<Reply> get_all(Services& services, store::Transaction& tx, const Call& call) {
  const WallTime now = services.clock.wall();
  const WallTime since = now - std::chrono::seconds(get_int(call.body, "last_seen").value_or(3600));
  TRY(const store::Rows rows, tx.run("workers_alive", {std::string_view(call.identity.company.str()), now.ms()}));
  const auto wanted = get_strings(call.body, "tags");
  json::array workers;
  for (const store::Row& row : rows) {
    TRY(json::object worker, parse_json_object(row.text(0)));
    if (get_int(call.body, "last_seen").value_or(0) > 0 &&
        get_string_or(worker, "last_activity_time", "") < to_iso(since))
      continue;
    const auto has = get_strings(worker, "tags");
    const auto has_tag = [&](std::string_view tag) { return std::find(has.begin(), has.end(), tag) != has.end(); };
    bool any_included = false, any_asked = false, is_excluded = false;
    for (const std::string& tag : wanted) {
      if (tag.starts_with('-')) {
        is_excluded = is_excluded || has_tag(std::string_view(tag).substr(1));
      } else {
        any_asked = true;
        any_included = any_included || has_tag(tag);
      }
    }
    if (is_excluded || (any_asked && !any_included)) continue;
    worker.erase("machine_stats");
    TRY(json::object entry, worker_entry(tx, std::move(worker)));
    workers.push_back(std::move(entry));
  }
  return json::object{{"workers", std::move(workers)}};
}

}  // namespace

std::span<const Endpoint> workers_endpoints() {
  static const std::array rows{
      Endpoint{"workers.register", {2, 4}, Access::signed_in, Write{register_worker}},
      Endpoint{"workers.unregister", {2, 4}, Access::signed_in, Write{unregister_worker}},
      Endpoint{"workers.status_report", {2, 4}, Access::signed_in, Write{status_report}},
      Endpoint{"workers.get_all", {2, 4}, Access::signed_in, Read{get_all}},
  };
  return rows;
}

}  // namespace jarvis::server
