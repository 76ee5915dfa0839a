#include "agent/monitor/worker_report.h"

#include <cmath>

namespace jarvis::agent {
namespace {

/// The wire knows whole megabytes only; lists (per core) keep their fractions.
json::object in_wire_units(json::object stats) {
  for (auto& field : stats) {
    if (field.value().is_double()) field.value() = std::llround(field.value().as_double());
  }
  return stats;
}

json::array strings(const std::vector<std::string>& from) {
  return json::array(from.begin(), from.end());
}

}  // namespace

json::object WorkerReport::body() {
  json::object stats = in_wire_units(machine_.sample());
  if (gpus_) {
    samples_ = only_visible(gpus_->sample(), options_.visible);
    for (GpuSample& sample : samples_)
      if (!sample.percent) sample.percent = options_.default_gpu_percent;
    add_gpu_stats(samples_, stats);
    if (options_.gpu_fraction < 1) stats["gpu_fraction"] = json::array{options_.gpu_fraction};
  }
  json::object out{{"worker", options_.worker},
                   {"timestamp", clock_.wall().ms()},
                   {"is_daemon", options_.is_daemon},
                   {"machine_stats", std::move(stats)}};
  if (!options_.queues.empty()) out["queues"] = strings(options_.queues);
  if (!options_.tags.empty()) out["tags"] = strings(options_.tags);
  if (!options_.task.empty()) out["task"] = options_.task;
  if (!options_.queue.empty()) out["queue"] = options_.queue;
  return out;
}

}  // namespace jarvis::agent
