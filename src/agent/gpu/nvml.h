// NVIDIA's GPUs by NVML, the driver's own library, loaded when the program runs: a machine without a driver needs
// nothing.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace jarvis::agent {

struct GpuDevice {
  std::string index;  // "0"; "0:1" is slice 1 of device 0
  std::string uuid;
  std::string name;
  std::int64_t memory_mb = 0;
  bool has_slices = false;  // MIG is on: its slices are devices of their own
};

struct GpuSample {
  std::string index, uuid;
  std::int64_t memory_used_mb = 0, memory_total_mb = 0;
  std::optional<int> percent;  // a MIG slice has none
  std::optional<int> celsius;
  std::vector<pid_t> processes;  // that compute on it
};

/// One thread at a time.
class Nvml {
 public:
  /// `library` empty: the driver's, "libnvidia-ml.so.1". Errors: not_found (no driver here), unsupported (one that
  /// does not work, with its own words).
  static Result<Nvml> load(const std::string& library);
  Nvml(Nvml&&) noexcept;
  Nvml& operator=(Nvml&&) noexcept;
  ~Nvml();

  /// Devices and their MIG slices, in the driver's order.
  std::vector<GpuDevice> inventory() const;
  std::vector<GpuSample> sample() const;
  std::string driver_version() const;
  /// The newest CUDA that the driver runs, "12.4"; "" when it does not say.
  std::string cuda_version() const;

 private:
  struct Library;
  explicit Nvml(std::unique_ptr<Library> library);
  std::unique_ptr<Library> library_;
};

/// "gpu_usage", "gpu_temperature", "gpu_memory_used", "gpu_memory_free": as workers.status_report has them. `visible`
/// keeps those devices (by index or uuid); empty: all. A device with MIG on is told by its slices.
void add_gpu_stats(const std::vector<GpuSample>& samples, const std::vector<std::string>& visible, json::object& stats);

/// Devices on which processes compute that are not in `ours`.
std::set<std::string> used_by_others(const std::vector<GpuSample>& samples, const std::set<pid_t>& ours);

}  // namespace jarvis::agent
