// What a driver tells of the machine's GPUs.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"

namespace jarvis::agent {

struct GpuDevice {
  std::string index;  // "0"; "0:1" is slice 1 of device 0
  std::string uuid;
  std::string name;
  std::int64_t memory_mb = 0;
  bool has_slices = false;  // MIG is on: its slices are devices of their own
};

struct GpuProcess {
  pid_t pid = 0;
  std::int64_t memory_mb = 0;  // 0 where the driver does not say
};

struct GpuSample {
  std::string index, uuid;
  std::int64_t memory_used_mb = 0, memory_total_mb = 0;
  std::optional<int> percent;  // a MIG slice has none
  std::optional<int> celsius;
  std::vector<GpuProcess> processes;  // that compute on it
};

/// Those whose device is named in `visible`, by index or uuid (a device's name means all of its slices); all when
/// nothing is named.
std::vector<GpuSample> only_visible(std::vector<GpuSample> samples, const std::vector<std::string>& visible);

/// "gpu_usage", "gpu_temperature", "gpu_memory_used", "gpu_memory_free": as workers.status_report has them. A device
/// with MIG on is told by its slices.
void add_gpu_stats(const std::vector<GpuSample>& samples, json::object& stats);

/// Devices on which processes compute that are not in `ours`.
std::set<std::string> used_by_others(const std::vector<GpuSample>& samples, const std::set<pid_t>& ours);

}  // namespace jarvis::agent
