// Tells the server every half minute, and on change, that a daemon's worker lives and waits. A thread and a session of
// its own. While a job runs as this worker, the job's own process speaks for it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "agent/dispatch/claim.h"
#include "agent/monitor/worker_report.h"

namespace jarvis::agent {

class Heartbeat {
 public:
  Heartbeat(Session session, WorkerReport report, bool is_quiet);

  void set_quiet(bool is_quiet);

 private:
  void loop(const std::stop_token& stop);

  Session session_;
  WorkerReport report_;
  bool is_away_ = false;
  std::mutex mutex_;
  bool is_quiet_;            // guarded by mutex_
  bool has_changed_ = true;  // guarded by mutex_
  std::condition_variable_any changed_;
  std::jthread thread_;  // last: uses all of the above
};

}  // namespace jarvis::agent
