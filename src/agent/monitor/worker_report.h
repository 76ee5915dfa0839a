// What a worker says of itself to the server: the body of workers.status_report, with its machine and its GPUs. One
// thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "agent/gpu/driver.h"
#include "agent/monitor/machine.h"

namespace jarvis::agent {

struct WorkerReportOptions {
  std::string worker;
  std::vector<std::string> queues;  // ids that it listens to; a job's process does not say any
  std::vector<std::string> tags;
  std::string task, queue;  // what it runs; "": it waits
  bool is_daemon = false;
  std::vector<std::string> visible;        // GPUs by index or uuid; empty: all
  std::string disk;                        // of which the free room is told; "": that of /home
  std::optional<int> default_gpu_percent;  // of GPUs that do not say how busy they are (MIG slices)
  double gpu_fraction = 1;                 // of the one GPU, when a job has a part of one
  std::chrono::milliseconds every = std::chrono::seconds(30);
};

class WorkerReport {
 public:
  /// `gpus` null: none are reported.
  WorkerReport(WorkerReportOptions options, std::shared_ptr<const GpuDriver> gpus, const Clock& clock)
      : options_(std::move(options)), gpus_(std::move(gpus)), clock_(clock), machine_(clock, options_.disk) {}

  json::object body();
  std::chrono::milliseconds every() const { return options_.every; }
  /// The GPUs as last reported.
  const std::vector<GpuSample>& gpus() const { return samples_; }

 private:
  const WorkerReportOptions options_;
  const std::shared_ptr<const GpuDriver> gpus_;
  const Clock& clock_;
  MachineMonitor machine_;
  std::vector<GpuSample> samples_;
};

}  // namespace jarvis::agent
