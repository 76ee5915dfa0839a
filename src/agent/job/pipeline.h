// Runs the stages of a job one after the other, notes their times in the task's log, names the outcome, unwinds.
#pragma once

#include "agent/job/stage.h"

namespace jarvis::agent {

class Pipeline {
 public:
  Pipeline(const Stages& stages, JobContext& job) : stages_(stages), job_(job) {}

  /// Until a stage fails, the job is stopped, or all are done.
  Outcome run();
  /// Every stage that was begun, in reverse. Once.
  void unwind();

 private:
  Outcome outcome_of_stop() const;

  const Stages& stages_;
  JobContext& job_;
  std::size_t begun_ = 0;
};

}  // namespace jarvis::agent
