#include "agent/gpu/device.h"

#include <algorithm>

namespace jarvis::agent {

std::vector<GpuSample> only_visible(std::vector<GpuSample> samples, const std::vector<std::string>& visible) {
  if (visible.empty()) return samples;
  std::erase_if(samples, [&](const GpuSample& one) {
    return std::ranges::none_of(visible, [&](const std::string& device) {
      return device == one.index || device == one.uuid || one.index.starts_with(device + ":");
    });
  });
  return samples;
}

void add_gpu_stats(const std::vector<GpuSample>& samples, json::object& stats) {
  json::array usage, temperature, used, free;
  for (const GpuSample& one : samples) {
    // A slice does not say how busy it is; the stock agent counts it as busy, too.
    usage.emplace_back(one.percent.value_or(100));
    temperature.emplace_back(one.celsius.value_or(0));
    used.emplace_back(one.memory_used_mb);
    free.emplace_back(one.memory_total_mb - one.memory_used_mb);
  }
  if (usage.empty()) return;
  stats["gpu_usage"] = std::move(usage);
  stats["gpu_temperature"] = std::move(temperature);
  stats["gpu_memory_used"] = std::move(used);
  stats["gpu_memory_free"] = std::move(free);
}

std::set<std::string> used_by_others(const std::vector<GpuSample>& samples, const std::set<pid_t>& ours) {
  std::set<std::string> out;
  for (const GpuSample& one : samples) {
    const auto is_other = [&](const GpuProcess& process) { return !ours.contains(process.pid); };
    if (std::ranges::any_of(one.processes, is_other)) out.insert(one.index);
  }
  return out;
}

}  // namespace jarvis::agent
