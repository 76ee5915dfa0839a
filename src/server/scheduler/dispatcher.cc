#include "server/scheduler/dispatcher.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/limits.h"

namespace jarvis::server::scheduler {
namespace {

/// One agent that waits. Its fields are guarded by the dispatcher's mutex, but for `is_cancelled`.
struct Waiter {
  Claim claim;
  Dispatcher::Done done;
  SteadyTime deadline;
  bool is_trying = false;  // a claim of it is in the line of writes
  bool try_again = false;  // an entry came meanwhile
  bool is_finished = false;
  std::atomic<bool> is_cancelled{false};
};
using WaiterPtr = std::shared_ptr<Waiter>;

class QueueDispatcher final : public Dispatcher {
 public:
  QueueDispatcher(store::Store& store, const Clock& clock)
      : store_(store), clock_(clock), timer_([this](std::stop_token stop) { keep_time(stop); }) {}
  ~QueueDispatcher() override { stop(); }

  std::shared_ptr<void> claim(Claim claim, Done done) override {
    auto waiter = std::make_shared<Waiter>();
    const auto wait =
        std::clamp<std::chrono::milliseconds>(claim.wait, std::chrono::milliseconds(0), limits::long_poll_max);
    waiter->claim = std::move(claim);
    waiter->done = std::move(done);
    waiter->deadline = clock_.steady() + wait;
    bool is_stopped = false;
    {
      const std::lock_guard lock(mutex_);
      is_stopped = is_stopped_;
      waiter->is_trying = !is_stopped;
      if (!is_stopped) waiters_.push_back(waiter);
      has_new_deadline_ = true;
    }
    if (is_stopped) {
      waiter->done(std::optional<store::Lease>());
      return nullptr;
    }
    changed_.notify_one();
    try_claim(waiter);
    // The handle's end is the peer's end; a waiter that was served does not mind.
    return std::shared_ptr<void>(nullptr, [this, weak = std::weak_ptr(waiter)](void*) {
      if (const WaiterPtr gone = weak.lock()) cancel(gone);
    });
  }

  void entry_added(const QueueId& queue) override {
    WaiterPtr chosen;
    {
      const std::lock_guard lock(mutex_);
      for (const WaiterPtr& waiter : waiters_) {
        const auto& queues = waiter->claim.queues;
        if (std::find(queues.begin(), queues.end(), queue) == queues.end()) continue;
        // One that is looking right now may have looked too early: it looks again. The next waiter is asked as well,
        // since that one may be about to be served another entry.
        if (waiter->is_trying) {
          waiter->try_again = true;
          continue;
        }
        waiter->is_trying = true;
        chosen = waiter;
        break;
      }
    }
    if (chosen) try_claim(chosen);
  }

  void look_again() override {
    std::vector<WaiterPtr> chosen;
    {
      const std::lock_guard lock(mutex_);
      for (const WaiterPtr& waiter : waiters_) {
        if (std::exchange(waiter->is_trying, true)) {
          waiter->try_again = true;
        } else {
          chosen.push_back(waiter);
        }
      }
    }
    for (const WaiterPtr& waiter : chosen)
      try_claim(waiter);
  }

  void stop() override {
    {
      const std::lock_guard lock(mutex_);
      is_stopped_ = true;
    }
    timer_.request_stop();
    changed_.notify_all();
    if (timer_.joinable()) timer_.join();
    std::list<WaiterPtr> left;
    {
      const std::lock_guard lock(mutex_);
      for (const WaiterPtr& waiter : waiters_) {
        if (!waiter->is_trying) left.push_back(waiter);
      }
    }
    for (const WaiterPtr& waiter : left)
      finish(waiter, std::optional<store::Lease>());
  }

 private:
  void try_claim(const WaiterPtr& waiter) {
    // An empty queue, the usual case of a poll, costs a read and no commit.
    const auto is_any = store_.read([&](store::Transaction& tx) -> Result<bool> {
      for (const QueueId& queue : waiter->claim.queues) {
        TRY(const std::int64_t count, store::entry_count(tx, queue));
        if (count > 0) return true;
      }
      return false;
    });
    if (!is_any) return finish(waiter, is_any.error());
    if (!*is_any) return tried(waiter, std::nullopt);

    auto lease = std::make_shared<std::optional<store::Lease>>();
    store_.write_async(
        [this, waiter, lease](store::Transaction& tx) -> Status {
          if (waiter->is_cancelled) return {};
          TRY(*lease, store::claim_next(tx, waiter->claim.queues, waiter->claim.worker,
                                        clock_.wall() + limits::lease_unconfirmed_max));
          return {};
        },
        [this, waiter, lease](Status status) {
          if (!status) return finish(waiter, std::move(status).error());
          tried(waiter, std::move(*lease));
        },
        // Whoever deletes the entry has the task: agents that ask at once need not run one after the other.
        store::Isolation::row_locks);
  }

  void tried(const WaiterPtr& waiter, std::optional<store::Lease> lease) {
    if (lease) {
      if (!waiter->is_cancelled) return finish(waiter, std::move(lease));
      give_back(*lease);
      return finish(waiter, std::optional<store::Lease>());
    }
    bool again = false;
    bool is_over = false;
    {
      const std::lock_guard lock(mutex_);
      again = std::exchange(waiter->try_again, false);
      waiter->is_trying = again;
      is_over = !again && (is_stopped_ || waiter->is_cancelled || waiter->deadline <= clock_.steady());
    }
    if (again) return try_claim(waiter);
    if (is_over) finish(waiter, std::optional<store::Lease>());
  }

  void finish(const WaiterPtr& waiter, Result<std::optional<store::Lease>> result) {
    Done done;
    {
      const std::lock_guard lock(mutex_);
      if (waiter->is_finished) return;
      waiter->is_finished = true;
      waiters_.remove(waiter);
      done = std::move(waiter->done);
    }
    done(std::move(result));
  }

  void cancel(const WaiterPtr& waiter) {
    waiter->is_cancelled = true;
    bool is_idle = false;
    {
      const std::lock_guard lock(mutex_);
      is_idle = !waiter->is_finished && !waiter->is_trying;
    }
    if (is_idle) finish(waiter, std::optional<store::Lease>());
  }

  /// The peer went away between the claim and the answer: the task goes back to its old place and wakes the next.
  void give_back(const store::Lease& lease) {
    store_.write_async(
        [this, lease](store::Transaction& tx) -> Status {
          TRY(const auto current, store::lease_of(tx, lease.task));
          if (!current || current->epoch != lease.epoch) return {};
          CHECK_OK(store::return_lease(tx, *current));
          tx.on_commit([this, queue = lease.queue] { entry_added(queue); });
          return {};
        },
        [](const Status&) {});
  }

  void keep_time(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      SteadyTime next = SteadyTime::max();
      std::vector<WaiterPtr> over;
      const SteadyTime now = clock_.steady();
      for (const WaiterPtr& waiter : waiters_) {
        if (waiter->is_trying) continue;
        if (waiter->deadline <= now) {
          over.push_back(waiter);
        } else {
          next = std::min(next, waiter->deadline);
        }
      }
      if (!over.empty()) {
        lock.unlock();
        for (const WaiterPtr& waiter : over)
          finish(waiter, std::optional<store::Lease>());
        lock.lock();
        continue;
      }
      // A tenth of a second is exact enough for a deadline of seconds, and lets a fake clock be seen.
      const auto pause = next == SteadyTime::max() ? std::chrono::milliseconds(1000) : std::chrono::milliseconds(100);
      changed_.wait_for(lock, stop, pause, [this] { return std::exchange(has_new_deadline_, false); });
    }
  }

  store::Store& store_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::list<WaiterPtr> waiters_;   // in the order they came; guarded by mutex_
  bool is_stopped_ = false;        // guarded by mutex_
  bool has_new_deadline_ = false;  // guarded by mutex_
  std::jthread timer_;             // last: uses all of the above
};

}  // namespace

std::unique_ptr<Dispatcher> make_dispatcher(store::Store& store, const Clock& clock) {
  return std::make_unique<QueueDispatcher>(store, clock);
}

}  // namespace jarvis::server::scheduler
