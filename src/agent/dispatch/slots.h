// Room for jobs in one daemon: how many run side by side, as which workers, on which GPUs. One thread.
#pragma once

#include <map>
#include <set>

#include "agent/dispatch/asker.h"
#include "agent/gpu/register.h"
#include "agent/gpu/visible.h"

namespace jarvis::agent {

/// What a job is given.
struct Place {
  std::string worker;                               // as the server sees the job
  std::function<void(proc::Environment&)> prepare;  // sets the GPUs that it sees
};

class Slots {
 public:
  enum class Names : std::uint8_t {
    daemon,   // the daemon's own: it runs one job at a time
    by_gpus,  // "host:gpu0,1": --dynamic-gpus
    by_task,  // "host:0:service:<task>": --services-mode
  };
  struct Options {
    std::string worker;  // the daemon's
    Names names = Names::daemon;
    std::optional<std::size_t> jobs_max = 1;  // nothing: any number
    VisibleGpus gpus;                         // as asked for: what a job sees that has all of them
    std::vector<GpuDevice> inventory;         // of the machine
    std::map<std::string, GpuShape> shapes;   // by queue id: --dynamic-gpus
  };
  /// Without a register no GPUs are given out.
  Slots(Options options, std::optional<GpuRegister> gpus);

  /// For each queue whether a task of it could be started now; nothing when none could.
  std::vector<WantedQueue> with_room(const std::vector<QueueName>& queues) const;
  /// Errors: io (of the register). Nothing: there is no room any more.
  Result<std::optional<Place>> take(const std::string& task, const std::string& queue);
  /// The job's process is there: what it holds lives as long as it does.
  void begun(const std::string& task, pid_t job);
  /// A job from before this daemon.
  void adopt(const std::string& task) { jobs_.insert(task); }
  void leave(const std::string& task);

  bool is_full() const { return options_.jobs_max && jobs_.size() >= *options_.jobs_max; }
  /// Others of this machine may take and free what is given out here: worth a look now and then.
  bool shares_with_others() const { return gpus_.has_value(); }
  const std::vector<std::string>& devices() const;
  /// Why no job can begin, for people; "" when one could.
  std::string why_waiting() const;

 private:
  GpuShape shape_of(const std::string& queue) const;
  std::string worker_for(const std::string& task, const std::optional<GpuShare>& share) const;

  const Options options_;
  std::optional<GpuRegister> gpus_;
  std::set<std::string> jobs_;  // tasks
};

}  // namespace jarvis::agent
