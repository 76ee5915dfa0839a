// Tells the server every half minute, and on change, that this worker lives and what it does. A thread and a session of
// its own.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "agent/dispatch/claim.h"
#include "agent/monitor/machine.h"

namespace jarvis::agent {

class Heartbeat {
 public:
  Heartbeat(Session session, std::vector<QueueName> queues, std::string worker, const Clock& clock);

  /// What the worker runs now; empty: nothing.
  void set_task(std::string task, std::string queue);

 private:
  void loop(const std::stop_token& stop);
  void report(const std::string& task, const std::string& queue);

  Session session_;
  const std::vector<QueueName> queues_;
  const std::string worker_;
  const Clock& clock_;
  MachineMonitor monitor_;
  bool is_away_ = false;
  std::mutex mutex_;
  std::string task_, queue_;  // guarded by mutex_
  bool has_changed_ = true;   // guarded by mutex_
  std::condition_variable_any changed_;
  std::jthread thread_;  // last: uses all of the above
};

}  // namespace jarvis::agent
