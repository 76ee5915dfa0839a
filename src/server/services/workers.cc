// The workers service: what agents say of themselves, and the table of its endpoints.
#include "server/services/workers.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "server/domain/task_document.h"
#include "server/domain/task_silence.h"
#include "server/domain/worker_stats.h"
#include "server/store/documents.h"
#include "server/store/queue_entries.h"

namespace jarvis::server {
namespace {

constexpr std::int64_t kLifeSeconds = 600;
// A worker that asks for more is forgotten after this.
constexpr std::int64_t kLifeSecondsMax = 366LL * 24 * 3600;

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
  tx.note({.kind = store::Change::Kind::worker, .id = get_string_or(worker, "id", ""), .company = company});
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
    worker["register_timeout"] = std::min(*timeout, kLifeSecondsMax);
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
  tx.note({.kind = store::Change::Kind::worker,
           .action = store::Change::Action::deleted,
           .id = id,
           .company = call.identity.company.str()});
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
  domain::note_heard(*document, services.clock.wall());
  CHECK_OK(store::put(tx, store::Kind::task, *document));
  // A status report may overtake tasks.started: the lease is kept from expiring, started still ends it.
  TRY(const auto lease, store::lease_of(tx, TaskId(id)));
  if (lease && domain::state_of(*document) == domain::TaskState::in_progress)
    CHECK_OK(store::end_lease(tx, TaskId(id)));
  return {};
}

/// When the report was made: milliseconds from agents, seconds as the interface says. A clock that is far off, or none,
/// means now.
WallTime report_time(const Call& call, WallTime now) {
  const std::int64_t given = get_int(call.body, "timestamp").value_or(0);
  constexpr std::int64_t seconds_max = 100'000'000'000;  // in the year 5138
  const std::int64_t ms = given > 0 && given < seconds_max ? given * 1000 : given;
  if (ms < (now - limits::worker_samples_kept).ms() || ms > (now + limits::worker_clock_ahead_max).ms()) return now;
  return WallTime::from_ms(ms);
}

ApiResult<void> note_sample(store::Transaction& tx, const Call& call, const std::string& worker, WallTime time) {
  const json::object* stats = get_object(call.body, "machine_stats");
  const std::string text = stats == nullptr ? "{}" : to_text(domain::kept_stats(*stats));
  const std::int64_t is_busy = get_string_or(call.body, "task", "").empty() ? 0 : 1;
  CHECK_OK(tx.run("worker_sample_put", {std::string_view(call.identity.company.str()), std::string_view(worker),
                                        time.ms(), is_busy, std::int64_t{0}, std::string_view(text)}));
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
  set_strings(call.body, "system_tags", worker);
  const std::string task = get_string_or(call.body, "task", "");
  const std::string queue = get_string_or(call.body, "queue", "");
  worker["task"] = task.empty() ? json::value(nullptr) : json::value(task);
  worker["queue"] = queue.empty() ? json::value(nullptr) : json::value(queue);
  CHECK_OK(save(tx, worker, now));
  CHECK_OK(note_sample(tx, call, id, report_time(call, now)));
  if (!task.empty()) CHECK_OK(report_task(services, tx, call, task, id));
  return Reply();
}

}  // namespace

std::span<const Endpoint> workers_endpoints() {
  static const std::array rows{
      Endpoint{"workers.register", {2, 4}, Access::signed_in, Write{register_worker}},
      Endpoint{"workers.unregister", {2, 4}, Access::signed_in, Write{unregister_worker}},
      Endpoint{"workers.status_report", {2, 4}, Access::signed_in, Write{status_report}},
      Endpoint{"workers.get_all", {2, 4}, Access::signed_in, Pool{workers::get_all, Effect::reads}},
      Endpoint{"workers.get_count", {2, 4}, Access::signed_in, Pool{workers::get_count, Effect::reads}},
      Endpoint{"workers.get_stats", {2, 4}, Access::signed_in, Pool{workers::get_stats, Effect::reads}},
      Endpoint{"workers.get_metric_keys", {2, 4}, Access::signed_in, Pool{workers::get_metric_keys, Effect::reads}},
      Endpoint{
          "workers.get_activity_report", {2, 4}, Access::signed_in, Pool{workers::get_activity_report, Effect::reads}},
  };
  return rows;
}

}  // namespace jarvis::server
