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
  static Result<RunningJob> attach(JobRecord record);

  const JobRecord& record() const { return record_; }
  /// Waits up to `time`; true when the process has ended (and is reaped, if it was ours).
  bool wait_ended(std::chrono::milliseconds time) const;
  /// Asks it to stop its script and to report.
  void ask_to_stop() const;
  void kill() const;

 private:
  RunningJob(JobRecord record, proc::UniqueFd pidfd) : record_(std::move(record)), pidfd_(std::move(pidfd)) {}
  JobRecord record_;
  proc::UniqueFd pidfd_;
};

}  // namespace jarvis::agent
