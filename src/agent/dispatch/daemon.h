// The daemon's loop: one slot; takes a task when the slot is free, starts its job, waits for it. A killed daemon's jobs
// are found in the journal and go on.
#pragma once

#include <functional>
#include <stop_token>

#include "agent/dispatch/heartbeat.h"
#include "agent/dispatch/queues.h"
#include "agent/dispatch/running_job.h"
#include "agent/job/job.h"

namespace jarvis::agent {

struct DaemonOptions {
  std::string worker;
  std::vector<std::string> queues;
  MissingQueue missing = MissingQueue::refuse;
  std::chrono::milliseconds polling_interval = std::chrono::seconds(5);
  std::string program;                     // this binary: it runs the jobs
  std::vector<std::string> job_arguments;  // more for `jarvis-agent execute`: how it runs the task
  std::function<void()> on_registered;     // once
};

class Daemon {
 public:
  Daemon(DaemonOptions options, const AgentSettings& settings, const Clock& clock);

  /// Until `stop`; a running job is stopped then, too, and reported as aborted. Errors are those of the start: wrong
  /// credentials, no server, no such queue. Later ones are tried again for ever.
  Status run(const std::stop_token& stop);

 private:
  CallApi caller();
  Status enroll();
  void adopt();
  void serve(const Claimer& claimer, const std::stop_token& stop);
  void start_job(const Claim& claim);
  void settle(const JobRecord& ended);
  bool settle_lost(const JobRecord& record);
  void stop_job();
  void leave();

  const DaemonOptions options_;
  const AgentSettings& settings_;
  const Clock& clock_;
  Session session_;
  Journal journal_;
  ServerInfo server_;
  std::vector<QueueName> queues_;
  std::unique_ptr<Heartbeat> heartbeat_;
  std::optional<RunningJob> job_;
};

}  // namespace jarvis::agent
