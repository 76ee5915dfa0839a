// What /proc says of processes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace jarvis::proc {

struct ProcStat {
  char state = 0;
  pid_t parent = 0;
  pid_t session = 0;
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  std::uint64_t start_time = 0;  // clock ticks since boot
  std::uint64_t resident_pages = 0;
};

/// Nothing when there is no such process.
std::optional<ProcStat> read_stat(pid_t pid);
std::vector<pid_t> children_of(pid_t pid);
/// The first process whose argument list is meant.
std::optional<pid_t> find_process(const std::function<bool(const std::vector<std::string>& argv)>& is_meant);
/// 0 when there is no such process.
pid_t session_of(pid_t pid);

}  // namespace jarvis::proc
