// Hands queued tasks to waiting agents. The truth is in the store; this holds only who is waiting.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "server/store/queue_entries.h"
#include "server/store/store.h"

namespace jarvis::server::scheduler {

struct Claim {
  std::vector<QueueId> queues;  // highest priority first
  WorkerId worker;
  std::chrono::milliseconds wait{0};  // capped at limits::long_poll_max
};

/// Thread-safe. Waiters of a queue are served in the order they came; a wake-up that finds nothing waits again.
class Dispatcher {
 public:
  using Done = std::function<void(Result<std::optional<store::Lease>>)>;

  virtual ~Dispatcher() = default;

  /// Calls `done` once: with a lease (on disk by then), with nothing when `wait` is over, or with an error. The
  /// returned handle cancels when the peer goes away: a task that was claimed for it in that moment returns to its old
  /// place.
  virtual std::shared_ptr<void> claim(Claim claim, Done done) = 0;

  /// Wakes one waiter of this queue for each entry that came. Call it from Transaction::on_commit.
  virtual void entry_added(const QueueId& queue) = 0;

  /// Every waiter looks again: entries may have come that nobody told of.
  virtual void look_again() = 0;

  /// Stops handing out: parked claims end with nothing.
  virtual void stop() = 0;
};

/// Deadlines of parked claims and leases are kept by a named thread over `clock`.
std::unique_ptr<Dispatcher> make_dispatcher(store::Store& store, const Clock& clock);

}  // namespace jarvis::server::scheduler
