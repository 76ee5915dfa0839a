// The daemon's loop: takes tasks while it has room, starts a job for each, waits for their ends. A killed daemon's jobs
// are found in the journal and go on.
#pragma once

#include <atomic>
#include <functional>

#include "agent/dispatch/asker.h"
#include "agent/dispatch/heartbeat.h"
#include "agent/dispatch/queue_order.h"
#include "agent/dispatch/queues.h"
#include "agent/dispatch/running_job.h"
#include "agent/dispatch/settler.h"
#include "agent/dispatch/slots.h"
#include "agent/job/job.h"

namespace jarvis::agent {

/// What a daemon is to do; a later one in this list overrules an earlier one. Thread-safe.
class DaemonControl {
 public:
  enum class Wish : std::uint8_t {
    work,
    drain,  // take nothing new, end with the last job
    leave,  // end now; jobs go on, a later daemon adopts them
    stop,   // end now, jobs too
  };
  void request(Wish wish) {
    Wish before = wish_;
    while (before < wish && !wish_.compare_exchange_weak(before, wish)) {
    }
    if (wish >= Wish::leave) hurry_.request_stop();
    wake_.notify();
  }
  Wish wish() const { return wish_; }
  /// Comes when the daemon is to end at once.
  std::stop_token hurry() const { return hurry_.get_token(); }
  const proc::Wakeup& wake() const { return wake_; }

 private:
  std::atomic<Wish> wish_{Wish::work};
  std::stop_source hurry_;
  proc::Wakeup wake_;
};

/// A queue by name or id, and what its tasks need: --dynamic-gpus.
struct AskedQueue {
  std::string name;
  std::optional<GpuShape> shape;
};

struct DaemonOptions {
  std::string worker;
  std::vector<AskedQueue> queues;
  MissingQueue missing = MissingQueue::refuse;
  QueuePolicy policy = QueuePolicy::priority;
  WorkingHours hours;
  std::chrono::milliseconds polling_interval = std::chrono::seconds(5);
  Slots::Names names = Slots::Names::daemon;
  std::optional<std::size_t> jobs_max = 1;
  VisibleGpus gpus;
  std::vector<std::string> devices;         // of those: what jobs have for themselves
  std::shared_ptr<const GpuDriver> driver;  // null: this machine has none
  std::vector<std::string> tags;            // of its reports
  std::vector<std::string> child_tags;      // of those of the workers that run tasks
  std::chrono::milliseconds report_every = std::chrono::seconds(30);
  std::string program;                     // this binary: it runs the jobs
  std::vector<std::string> job_arguments;  // more for `jarvis-agent execute`: how it runs the task
  std::function<void()> on_registered;     // once
  std::function<bool()> clear_away;        // of Settler
};

class Daemon {
 public:
  Daemon(DaemonOptions options, const AgentSettings& settings, const Clock& clock);

  /// Until it is told to end. Errors are those of the start: wrong credentials, no server, no such queue. Later ones
  /// are tried again for ever.
  Status run(const DaemonControl& control);

 private:
  struct Watched {
    std::optional<RunningJob> job;  // nothing: its process has ended
    JobRecord record;
    Journal journal;
  };

  CallApi caller();
  std::vector<Watched> find_jobs();
  Status enroll_for(const std::stop_token& hurry);
  Status enroll();
  Slots make_slots() const;
  void start_threads(const DaemonControl& control);
  void serve(const DaemonControl& control);
  void wait(const DaemonControl& control);
  std::vector<WantedQueue> wanted();
  bool is_spoken_for() const;
  void start_job(const Claim& claim);
  Status start_job(const Claim& claim, const Place& place);
  void give_back(const Claim& claim);
  void reap();
  void end_orphans() const;
  void ended(const Watched& watched);
  void stop_jobs();
  void leave();

  const DaemonOptions options_;
  const AgentSettings& settings_;
  const Clock& clock_;
  Session session_;
  Journal journal_;
  ServerInfo server_;
  std::vector<QueueName> queues_;
  std::optional<QueueOrder> order_;
  std::optional<Slots> slots_;
  std::vector<Watched> jobs_;
  std::string waiting_reason_;
  std::unique_ptr<Heartbeat> heartbeat_;
  std::unique_ptr<Settler> settler_;
  std::unique_ptr<Asker> asker_;
};

}  // namespace jarvis::agent
