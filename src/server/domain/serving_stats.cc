#include "server/domain/serving_stats.h"

#include <algorithm>
#include <array>
#include <optional>

#include "server/domain/worker_stats.h"

namespace jarvis::server::domain {
namespace {

using enum ServingMetric::Total;
constexpr std::array kMetrics{
    ServingMetric{"requests", "Number of requests", sum},
    ServingMetric{"requests_min", "Requests per minute", average},
    ServingMetric{"latency_ms", "Average latency (ms)", average},
    ServingMetric{"cpu_count", "CPU cores", sum},
    ServingMetric{"gpu_count", "GPUs", sum},
    ServingMetric{"cpu_util", "Average CPU load (%)", average},
    ServingMetric{"gpu_util", "Average GPU load (%)", average},
    ServingMetric{"ram_total", "Memory (MB)", sum},
    ServingMetric{"ram_used", "Used memory (MB)", sum},
    ServingMetric{"ram_free", "Free memory (MB)", sum},
    ServingMetric{"gpu_ram_total", "GPU memory (MB)", sum},
    ServingMetric{"gpu_ram_used", "Used GPU memory (MB)", sum},
    ServingMetric{"gpu_ram_free", "Free GPU memory (MB)", sum},
    ServingMetric{"network_rx", "Received over the network (MB/s)", sum},
    ServingMetric{"network_tx", "Sent over the network (MB/s)", sum},
};

/// All parts of one number: the cores of cpu_usage, the cards of gpu_memory_used.
std::optional<Spread> parts_of(const json::object& machine, std::string_view metric) {
  std::optional<Spread> out;
  for_each_stat(machine, [&](std::string_view name, std::string_view, const Spread& spread) {
    if (name != metric) return;
    if (!out) out.emplace();
    out->add(spread);
  });
  return out;
}

}  // namespace

const ServingMetric* find_serving_metric(std::string_view name) {
  const auto found = std::ranges::find(kMetrics, name, &ServingMetric::name);
  return found == kMetrics.end() ? nullptr : &*found;
}

json::object serving_stats(const json::object& report) {
  json::object out;
  const auto set = [&](std::string_view name, std::optional<double> value) {
    if (value) out[name] = *value;
  };
  set("requests", get_double(report, "requests_num"));
  set("requests_min", get_double(report, "requests_min"));
  set("latency_ms", get_double(report, "latency_ms"));
  const json::object* given = get_object(report, "machine_stats");
  if (given == nullptr) return out;
  const json::object machine = kept_stats(*given);
  if (const auto cores = parts_of(machine, "cpu_usage")) {
    set("cpu_count", static_cast<double>(cores->count));
    set("cpu_util", cores->average());
  }
  if (const auto cards = parts_of(machine, "gpu_usage")) {
    set("gpu_count", static_cast<double>(cards->count));
    set("gpu_util", cards->average());
  }
  const auto sum_of = [&](std::string_view metric) -> std::optional<double> {
    const auto parts = parts_of(machine, metric);
    return parts ? std::optional(parts->sum) : std::nullopt;
  };
  const auto memory = [&](const std::string& prefix, std::optional<double> used, std::optional<double> unused) {
    set(prefix + "_used", used);
    set(prefix + "_free", unused);
    if (used && unused) set(prefix + "_total", *used + *unused);
  };
  memory("ram", sum_of("memory_used"), sum_of("memory_free"));
  memory("gpu_ram", sum_of("gpu_memory_used"), sum_of("gpu_memory_free"));
  set("network_rx", sum_of("network_rx"));
  set("network_tx", sum_of("network_tx"));
  return out;
}

}  // namespace jarvis::server::domain
