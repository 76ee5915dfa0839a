// Why a task still waits: who stands before it, who could run it, and how long that has taken lately.
#include <algorithm>
#include <map>

#include "base/limits.h"
#include "server/domain/task_document.h"
#include "server/domain/task_queue.h"
#include "server/domain/worker_state.h"
#include "server/services/queues.h"
#include "server/store/documents.h"
#include "server/store/queue_entries.h"
#include "server/store/queue_samples.h"

namespace jarvis::server::queues {
namespace {

constexpr std::size_t kAheadShown = 20;
/// So many starts say how fast a queue moves.
constexpr std::size_t kStartsForRate = 20, kStartsForRateMin = 3;

std::int64_t seconds_since(WallTime then, WallTime now) {
  return std::max<std::int64_t>(0, (now.us - then.us) / 1'000'000);
}

ApiResult<json::object> named(store::Transaction& tx, store::Kind kind, std::string_view id) {
  TRY(const auto document, store::get(tx, kind, id));
  return json::object{{"id", id}, {"name", document ? get_string_or(*document, "name", "") : ""}};
}

/// A worker that takes tasks from the queue.
struct Watcher {
  json::object shown;
  bool is_busy = false, is_silent = false;
  std::vector<std::string> preferred;  // queues that it looks into before this one
};

ApiResult<Watcher> watcher_from(store::Transaction& tx, const json::object& worker,
                                const std::vector<std::string>& queues, std::string_view queue, WallTime now) {
  Watcher out;
  out.preferred.assign(queues.begin(), std::ranges::find(queues, queue));
  const std::string task = get_string_or(worker, "task", "");
  const domain::WorkerState state = domain::worker_state(worker, now);
  out.is_busy = !task.empty();
  out.is_silent = state == domain::WorkerState::silent;
  out.shown = {{"id", get_string_or(worker, "id", "")},
               {"state", domain::to_string(state)},
               {"last_activity_time", get_string_or(worker, "last_activity_time", "")},
               {"task", nullptr}};
  if (out.is_busy) {
    TRY(json::object current, named(tx, store::Kind::task, task));
    TRY(const auto document, store::get(tx, store::Kind::task, task));
    const auto started = document ? from_iso(get_string_or(*document, "started", "")) : Result<WallTime>(now);
    current["running_sec"] = started ? seconds_since(*started, now) : 0;
    out.shown["task"] = std::move(current);
  }
  return out;
}

ApiResult<std::vector<Watcher>> watchers_of(store::Transaction& tx, const Call& call, std::string_view queue,
                                            WallTime now) {
  TRY(const store::Rows rows, tx.run("workers_alive", {std::string_view(call.identity.company.str()), now.ms()}));
  std::vector<Watcher> out;
  for (const store::Row& row : rows) {
    TRY(const json::object worker, parse_json_object(row.text(0)));
    const auto queues = get_strings(worker, "queues");
    if (std::ranges::find(queues, queue) == queues.end()) continue;
    TRY(Watcher watcher, watcher_from(tx, worker, queues, queue, now));
    out.push_back(std::move(watcher));
  }
  return out;
}

/// Tasks in other queues that workers of this one take first.
ApiResult<json::array> preferred_queues(store::Transaction& tx, const std::vector<Watcher>& watchers) {
  std::map<std::string, std::int64_t> workers;
  for (const Watcher& watcher : watchers) {
    for (const std::string& queue : watcher.preferred)
      ++workers[queue];
  }
  json::array out;
  for (const auto& [queue, count] : workers) {
    TRY(const std::int64_t waiting, store::entry_count(tx, QueueId(queue)));
    if (waiting == 0) continue;
    TRY(json::object shown, named(tx, store::Kind::queue, queue));
    shown["tasks"] = waiting;
    shown["workers"] = count;
    out.emplace_back(std::move(shown));
  }
  return out;
}

/// When the task will start if the queue goes on as it did lately. Null when it has not moved enough to tell.
ApiResult<json::value> estimate(store::Transaction& tx, const QueueId& queue, std::int64_t ahead, WallTime now) {
  TRY(auto waits, store::waits_of(tx, queue, now - limits::queue_waits_kept, limits::queue_waits_asked));
  if (waits.size() < kStartsForRateMin) return json::value();
  const std::size_t starts = std::min(waits.size(), kStartsForRate);
  const double period = std::max(1.0, static_cast<double>(now.us - waits[starts - 1].started.us) / 1e6);
  const auto middle = waits.begin() + static_cast<std::ptrdiff_t>(waits.size() / 2);
  std::ranges::nth_element(waits, middle, {}, &store::QueueWait::wait_us);
  return json::value{{"start_in_sec",
                      static_cast<std::int64_t>(static_cast<double>(ahead + 1) * period / static_cast<double>(starts))},
                     {"starts", starts},
                     {"period_sec", static_cast<std::int64_t>(period)},
                     {"median_wait_sec", middle->wait_us / 1'000'000}};
}

struct Reason {
  std::string_view code;
  std::string message;
};

std::string plural(std::int64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

Reason reason_for(const std::string& queue, std::int64_t ahead, const std::vector<Watcher>& watchers,
                  const json::array& elsewhere) {
  if (watchers.empty())
    return {"no_worker", "No worker takes tasks from the queue '" + queue +
                             "'. Start one: jarvis-agent daemon --queue '" + queue + "'"};
  const auto count = [&](auto is) { return static_cast<std::int64_t>(std::ranges::count_if(watchers, is)); };
  const std::int64_t silent = count([](const Watcher& w) { return w.is_silent; });
  const auto all = static_cast<std::int64_t>(watchers.size());
  if (silent == all) return {"workers_silent", "No worker of the queue '" + queue + "' has been heard of lately"};
  const std::int64_t busy = count([](const Watcher& w) { return w.is_busy && !w.is_silent; });
  const std::string who =
      std::to_string(busy) + " of " + plural(all, "worker") + " of the queue " + (busy == 1 ? "is" : "are") + " busy";
  if (ahead > 0) return {"behind", plural(ahead, "task") + " before it, " + who};
  if (!elsewhere.empty())
    return {"preferred_queues",
            "It is the next of its queue, but its workers prefer other queues, in which tasks wait"};
  if (busy + silent == all) return {"workers_busy", "It is the next one, " + who};
  return {"about_to_start", "It is the next one, and a worker is free"};
}

}  // namespace

ApiResult<Reply> get_waiting_status(Services& services, store::Transaction& tx, const Call& call) {
  const WallTime now = services.clock.wall();
  TRY(const json::object document, domain::load_task(tx, call, get_string_or(call.body, "task", "")));
  const TaskId task(get_string_or(document, "id", ""));
  TRY(const auto lease, store::lease_of(tx, task));
  TRY(const auto entry, store::entry_of(tx, task));
  if (!lease && !entry) {
    return json::object{{"state", "not_queued"},
                        {"reason", "not_queued"},
                        {"message", "The task is in no queue: it is " + get_string_or(document, "status", "")}};
  }
  const QueueId queue_id = lease ? lease->queue : entry->queue;
  TRY(const json::object queue, domain::load_queue(tx, call, queue_id.str()));
  const WallTime added = lease ? lease->added : entry->added;
  TRY(const std::int64_t length, store::entry_count(tx, queue_id));
  json::object reply{
      {"state", lease ? "handed_out" : "waiting"},
      {"queue", {{"id", queue_id.str()}, {"name", get_string_or(queue, "name", "")}, {"length", length}}},
      {"added", to_iso(added)},
      {"waited_sec", seconds_since(added, now)}};
  if (lease) {
    reply["worker"] = lease->worker.str();
    reply["reason"] = "handed_out";
    reply["message"] = lease->worker.empty()
                           ? std::string("A worker has taken it and is about to start it")
                           : "The worker " + lease->worker.str() + " has taken it and is about to start it";
    return reply;
  }

  TRY(const std::int64_t ahead, store::entries_before(tx, *entry));
  TRY(const auto first,
      store::first_entries(tx, queue_id, std::min<std::size_t>(kAheadShown, static_cast<std::size_t>(ahead))));
  json::array shown_ahead;
  for (const store::QueueEntry& other : first) {
    TRY(json::object named_task, named(tx, store::Kind::task, other.task.str()));
    named_task["added"] = to_iso(other.added);
    shown_ahead.emplace_back(std::move(named_task));
  }
  TRY(const auto watchers, watchers_of(tx, call, queue_id.str(), now));
  TRY(json::array elsewhere, preferred_queues(tx, watchers));
  const Reason reason = reason_for(get_string_or(queue, "name", ""), ahead, watchers, elsewhere);
  json::value when;
  if (!watchers.empty()) {
    TRY(when, estimate(tx, queue_id, ahead, now));
  }
  json::array workers;
  for (const Watcher& watcher : watchers)
    workers.emplace_back(watcher.shown);
  reply["position"] = ahead;
  reply["ahead"] = std::move(shown_ahead);
  reply["ahead_in_preferred_queues"] = std::move(elsewhere);
  reply["workers"] = std::move(workers);
  reply["estimate"] = std::move(when);
  reply["reason"] = reason.code;
  reply["message"] = reason.message;
  return reply;
}

}  // namespace jarvis::server::queues
