// Asks the server for work, on a thread of its own, so that the daemon sees the end of its jobs meanwhile. Holds one
// claim at a time.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "agent/dispatch/queue_gate.h"
#include "proc/wakeup.h"

namespace jarvis::agent {

/// A queue, and whether a task of it could be started now.
struct WantedQueue {
  QueueName queue;
  bool has_room = true;

  bool operator==(const WantedQueue&) const = default;
};

/// Thread-safe.
class Asker {
 public:
  /// `call` is used by the asker's thread alone. `wake` hears of each claim.
  Asker(CallApi call, Claimer claimer, QueueGate gate, std::chrono::milliseconds polling_interval,
        const proc::Wakeup& wake);
  ~Asker();

  /// What is asked for from now on, the most important first; nothing: a pause. A question for something else that is
  /// under way is called off. A task that waits in a queue without room keeps the less important ones from being asked:
  /// else what needs much would wait for ever behind what needs little.
  void want(std::vector<WantedQueue> queues);
  /// A claim that came. The next one is asked for after the next want().
  std::optional<Claim> take();
  /// Ends the thread; a claim that came meanwhile is there to take.
  void stop();

 private:
  using Milliseconds = std::chrono::milliseconds;
  void loop(const std::stop_token& stop);
  /// How long to pause before the next question.
  Milliseconds ask(const std::vector<WantedQueue>& wanted, const std::stop_token& called_off);
  std::vector<QueueName> askable(const std::vector<WantedQueue>& wanted, bool& is_held_back);
  bool has_entries(const QueueName& queue);

  const CallApi call_;
  const Claimer claimer_;
  QueueGate gate_;
  const Milliseconds polling_interval_;
  const proc::Wakeup& wake_;
  Milliseconds back_off_{};
  std::mutex mutex_;
  std::vector<WantedQueue> wanted_;  // guarded by mutex_
  std::optional<Claim> claim_;       // guarded by mutex_
  std::stop_source called_off_;      // guarded by mutex_: of the question under way
  std::condition_variable_any changed_;
  std::jthread thread_;  // last: uses all of the above
};

}  // namespace jarvis::agent
