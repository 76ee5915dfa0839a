#include "server/scheduler/watchdog.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/limits.h"
#include "base/log.h"
#include "server/domain/task_document.h"
#include "server/domain/task_silence.h"
#include "server/domain/worker_state.h"
#include "server/scheduler/statistics.h"
#include "server/store/documents.h"

namespace jarvis::server::scheduler {
namespace {

using domain::TaskDraft;
using domain::TaskState;

class StoreWatchdog final : public Watchdog {
 public:
  StoreWatchdog(store::Store& store, Dispatcher& dispatcher, const Clock& clock, domain::LostPolicy lost,
                WatchdogThread thread)
      : store_(store),
        dispatcher_(dispatcher),
        clock_(clock),
        lost_(lost),
        statistics_(store, clock),
        last_wall_(clock.wall()),
        last_steady_(clock.steady()) {
    // Before the first agent asks: what a restart delayed must not expire.
    if (const auto leads = lead(); !leads)
      log::error("the watchdog could not look", {{"error", leads.error().message()}});
    if (thread == WatchdogThread::runs) thread_ = std::jthread([this](std::stop_token stop) { loop(stop); });
  }

  Status tick() override {
    const bool is_set = clock_was_set();
    TRY(const bool leads, lead());
    if (!leads) return {};
    if (is_set) {
      log::warning("the wall clock was set: nothing expires for a minute");
      give_grace();
    }
    CHECK_OK(look());
    return statistics_.tick();
  }

 private:
  Status look() {
    CHECK_OK(return_leases());
    if (clock_.steady() < grace_until_) return {};
    CHECK_OK(tell_silent());
    CHECK_OK(end_silent(with_worker(true), limits::lost_worker_max,
                        [this](store::Transaction& tx, TaskDraft& task) { return end_lost(tx, task); }));
    return end_silent(with_worker(false), limits::silent_task_max, [](store::Transaction& tx, TaskDraft& task) {
      task.become(TaskState::stopped,
                  {.reason = "no activity", .message = "Forced stop: nothing was reported for two hours."});
      return task.save(tx);
    });
  }

  Result<bool> lead() {
    const bool led = std::exchange(is_leading_, false);
    TRY(is_leading_, store_.try_lead());
    if (is_leading_ && !led) give_grace();
    return is_leading_;
  }

  bool clock_was_set() {
    const auto wall = clock_.wall();
    const auto steady = clock_.steady();
    const auto by_wall = std::chrono::microseconds(wall.us - last_wall_.us);
    const auto by_steady = std::chrono::duration_cast<std::chrono::microseconds>(steady - last_steady_);
    last_wall_ = wall;
    last_steady_ = steady;
    return std::chrono::abs(by_wall - by_steady) > limits::clock_jump_min;
  }

  void give_grace() {
    grace_until_ = clock_.steady() + limits::restart_grace;
    const Status status = store_.write(
        [&](store::Transaction& tx) { return store::extend_leases(tx, clock_.wall() + limits::restart_grace); });
    if (!status) log::error("leases were not extended", {{"error", status.error().message()}});
  }

  Status return_leases() {
    // Most looks find nothing: they cost a read.
    TRY(const store::Rows due,
        store_.read([&](store::Transaction& tx) { return tx.run("leases_due", {clock_.wall().us}); }));
    if (due.front().integer(0) == 0) return {};
    return store_.write([&](store::Transaction& tx) -> Status {
      TRY(const auto leases, store::return_expired(tx, clock_.wall()));
      for (const store::Lease& lease : leases) {
        log::warning("a task was not started in time and waits again",
                     {{"task", lease.task.str()}, {"worker", lease.worker.str()}});
        tx.on_commit([this, queue = lease.queue] { dispatcher_.entry_added(queue); });
      }
      return {};
    });
  }

  static store::Filter with_worker(bool is_set) {
    store::Filter filter = store::filter::exists({"last_worker"});
    return is_set ? filter : store::filter::negate(std::move(filter));
  }

  /// Running tasks of which nothing was heard for so long.
  Result<std::vector<std::string>> silent_for(std::chrono::seconds silence, store::Filter which) {
    const std::string before = to_iso(clock_.wall() - silence);
    const auto older = [&](const char* field) {
      return store::Filter{.kind = store::Filter::Kind::range, .field = {field}, .to = json::value(before)};
    };
    store::Query query;
    query.where =
        store::filter::all({store::filter::equals({"status"}, "in_progress"), older("last_update"), std::move(which),
                            store::filter::any({store::filter::negate(store::filter::exists({"last_worker_report"})),
                                                older("last_worker_report")})});
    query.limit = 100;
    return store_.read([&](store::Transaction& tx) { return store::find_ids(tx, store::Kind::task, query); });
  }

  /// Before they are given up, people are told.
  Status tell_silent() {
    namespace filter = store::filter;
    const auto is_told = filter::equals({"status_reason"}, json::value(domain::kSilentReason));
    // What asks the worker to stop is in the message, and stays there.
    const auto is_stopping = filter::equals({"status_message"}, json::value(domain::kStoppingMessage));
    TRY(const auto ids,
        silent_for(domain::worker_silent_after,
                   filter::all({with_worker(true), filter::negate(filter::any({is_told, is_stopping}))})));
    if (ids.empty()) return {};
    return store_.write([&](store::Transaction& tx) -> Status {
      for (const std::string& id : ids) {
        TRY(auto document, store::get(tx, store::Kind::task, id));
        if (!document || domain::state_of(*document) != TaskState::in_progress) continue;
        if (get_string_or(*document, "last_update", "") > to_iso(clock_.wall() - domain::worker_silent_after)) continue;
        log::warning("a worker is not heard of",
                     {{"task", id}, {"worker", get_string_or(*document, "last_worker", "")}});
        TRY(const auto place, domain::place_to_wait_again(tx, *document, lost_));
        domain::tell_silence(*document, limits::lost_worker_max,
                             place ? "it waits in its queue again" : "the task fails");
        CHECK_OK(store::put(tx, store::Kind::task, *document));
      }
      return {};
    });
  }

  using End = std::function<ApiResult<void>(store::Transaction&, TaskDraft&)>;

  Status end_silent(const store::Filter& which, std::chrono::seconds silence, const End& end) {
    TRY(const auto ids, silent_for(silence, which));
    for (const std::string& id : ids) {
      CHECK_OK(store_.write([&](store::Transaction& tx) -> Status {
        TRY(auto document, store::get(tx, store::Kind::task, id));
        // It may have ended by itself since we looked.
        if (!document || domain::state_of(*document) != TaskState::in_progress) return {};
        Identity owner;
        owner.user = UserId(get_string_or(*document, "user", ""));
        auto task = TaskDraft::of_new(std::move(*document), owner, clock_.wall());
        if (const auto ended = end(tx, task); !ended) return internal_error(ended.error().message());
        log::warning("a task is given up", {{"task", id},
                                            {"status", domain::to_string(task.state())},
                                            {"reason", get_string_or(task.doc(), "status_reason", "")}});
        return {};
      }));
    }
    return {};
  }

  ApiResult<void> end_lost(store::Transaction& tx, TaskDraft& task) {
    TRY(const auto place, domain::place_to_wait_again(tx, task.doc(), lost_));
    if (place) {
      tx.on_commit([this, queue = place->queue] { dispatcher_.entry_added(queue); });
      return domain::wait_again(tx, task, *place);
    }
    std::string message =
        "The worker that ran this task has not been heard of. Its machine may be down or without network.";
    if (const auto times = domain::times_lost(task.doc()); times > 0)
      message += " It was put back into its queue " + std::to_string(times) + (times == 1 ? " time." : " times.");
    task.become(TaskState::failed, {.reason = "lost worker", .message = message});
    return task.save(tx);
  }

  void loop(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    bool is_failing = false;
    while (!stop.stop_requested()) {
      const Status status = tick();
      if (!status && !is_failing) log::error("the watchdog could not look", {{"error", status.error().message()}});
      is_failing = !status;
      std::unique_lock lock(mutex);
      never.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
    }
  }

  store::Store& store_;
  Dispatcher& dispatcher_;
  const Clock& clock_;
  const domain::LostPolicy lost_;
  Statistics statistics_;
  WallTime last_wall_;
  SteadyTime last_steady_;
  SteadyTime grace_until_;
  bool is_leading_ = false;
  std::jthread thread_;  // last: uses all of the above
};

}  // namespace

std::unique_ptr<Watchdog> make_watchdog(store::Store& store, Dispatcher& dispatcher, const Clock& clock,
                                        domain::LostPolicy lost, WatchdogThread thread) {
  return std::make_unique<StoreWatchdog>(store, dispatcher, clock, lost, thread);
}

}  // namespace jarvis::server::scheduler
