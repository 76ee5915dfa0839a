// Settles runs whose process has ended: what it said last, or what is to be said in its place. A thread of its own,
// because the server may be away.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "agent/job/journal.h"
#include "agent/session/session.h"
#include "agent/settings.h"

namespace jarvis::agent {

/// What a run's process left running goes at once: nobody watches it any more.
void end_script(const JobRecord& record);

/// Thread-safe.
class Settler {
 public:
  /// `worker`: the daemon's own, which stays registered. `clear_away`: what runs that were killed left behind beside
  /// processes; false when some is still there; called on the thread, a few times for each of them at most; may be
  /// none.
  Settler(const AgentSettings& settings, std::string worker, std::function<bool()> clear_away, const Clock& clock);
  ~Settler();

  /// The run's process has ended. Its record in `journal` goes when the server knows the outcome; until then it is
  /// tried again, also by a later daemon.
  void settle(JobRecord record, Journal journal);
  /// Waits until all is settled, at most for `time`.
  void finish(std::chrono::milliseconds time);

 private:
  struct Ended {
    JobRecord record;
    Journal journal;
    bool is_told = false;
    bool is_cleared = false;
    int clear_tries = 0;
  };
  void loop(const std::stop_token& stop);
  bool settle_one(Ended& ended);
  bool clear_away(Ended& ended) const;
  Status tell_lost(const JobRecord& record);

  const AgentSettings& settings_;
  const std::string worker_;
  const std::function<bool()> clear_away_;
  const Clock& clock_;
  std::mutex mutex_;
  std::deque<Ended> waiting_;  // guarded by mutex_; the first is being worked on
  std::condition_variable_any changed_;
  std::jthread thread_;  // last: uses all of the above
};

}  // namespace jarvis::agent
