// What the machine is doing, from /proc, in the fields and units of workers.status_report: percent, MiB, MB/s.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"

namespace jarvis::agent {

/// Rates are over the time since the call before; the first call has none. One thread.
class MachineMonitor {
 public:
  /// `disk`: of which the free room is told; "" is /home, where there is one.
  explicit MachineMonitor(const Clock& clock, std::string disk = {}) : clock_(clock), disk_(std::move(disk)) {}
  /// {"cpu_usage": [percent a core], "memory_used", "memory_free", "disk_free_home", "disk_read", "disk_write",
  ///  "network_tx", "network_rx", "cpu_temperature": [...]}: what the machine tells.
  json::object sample();

 private:
  struct Counters {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> cores;                   // busy, all
    std::uint64_t disk_read = 0, disk_write = 0, network_rx = 0, network_tx = 0;  // bytes
  };
  static Counters read_counters();

  const Clock& clock_;
  const std::string disk_;
  Counters before_;
  SteadyTime before_time_{};
  bool has_before_ = false;
};

}  // namespace jarvis::agent
