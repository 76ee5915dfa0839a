// Beside the stages of a job: asks the server whether the task is to stop, speaks for its worker, samples its processes
// and GPUs. One thread of its own, with a session of its own. Ends with the object.
#pragma once

#include <atomic>
#include <optional>
#include <thread>

#include "agent/job/abort_wait.h"
#include "agent/job/stop.h"
#include "agent/monitor/worker_report.h"
#include "agent/session/session.h"

namespace jarvis::agent {

class JobWatch {
 public:
  /// Without `report` nothing is said of worker and machine.
  JobWatch(Session session, std::string task, std::optional<WorkerReport> report, AbortWait abort_wait,
           const Clock& clock, JobStop& stop);

  /// The user's process, whose tree is sampled; 0: none.
  void set_script(pid_t pid) { script_ = pid; }

 private:
  void loop(const std::stop_token& stop);
  void ask_status();
  bool waits_for_script();
  void report();
  void sample(SteadyTime begin);

  Session session_;
  const std::string task_;
  std::optional<WorkerReport> report_;
  AbortWait abort_wait_;
  const Clock& clock_;
  JobStop& job_stop_;
  std::atomic<pid_t> script_{0};
  std::uint64_t ticks_before_ = 0;
  SteadyTime sampled_{};
  std::jthread thread_;  // last: uses all of the above
};

/// What a task's state on the server means for its run. Pure.
JobStop::Cause cause_of(std::string_view status, std::string_view status_message);

}  // namespace jarvis::agent
