// A job's process as its daemon sees it: started by this daemon, or by one before it and found in the journal.
// Letting go of this object leaves the process alone. One thread.
#pragma once

#include <chrono>

#include "agent/job/journal.h"
#include "proc/unique_fd.h"

namespace jarvis::agent {

class RunningJob {
 public:
  /// Takes hold of a living process. Errors: not_found when it has ended meanwhile.
  static Result<RunningJob> attach(const ProcessName& process);

  /// Readable when the process has ended: for poll().
  int pidfd() const { return pidfd_.get(); }
  /// Waits up to `time`; true when the process has ended (and is reaped, if it was ours).
  bool wait_ended(std::chrono::milliseconds time = {}) const;
  /// SIGTERM asks a job to stop its script and to report.
  void signal(int number) const;

 private:
  RunningJob(pid_t pid, proc::UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  pid_t pid_;
  proc::UniqueFd pidfd_;
};

/// The process that runs this task for this daemon, where its record does not name it yet; pid 0: there is none.
ProcessName find_job(const std::string& daemon, const std::string& task);

}  // namespace jarvis::agent
