#include "proc/memory_kills.h"

#include <cstdlib>
#include <sstream>

#include "proc/files.h"

namespace jarvis::proc {
namespace {

/// The file that counts, of a line "0::/path" (version 2) or "5:memory:/path" (version 1).
fs::path counter_of(const std::string& line, const fs::path& mount) {
  const auto first = line.find(':');
  const auto second = line.find(':', first == std::string::npos ? first : first + 1);
  if (second == std::string::npos) return {};
  const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
  const fs::path group = fs::path(line.substr(second + 1)).relative_path();
  if (controllers == ",,") return mount / group / "memory.events";
  if (controllers.find(",memory,") != std::string::npos) return mount / "memory" / group / "memory.oom_control";
  return {};
}

}  // namespace

std::int64_t memory_kills(const fs::path& own_groups, const fs::path& mount) {
  const auto own = read_file(own_groups);
  std::istringstream lines(own.value_or(""));
  std::int64_t kills = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto counts = read_file(counter_of(line, mount));
    if (!counts) continue;
    const auto at = counts->find("oom_kill ");
    if (at != std::string::npos) kills += std::strtoll(counts->c_str() + at + 9, nullptr, 10);
  }
  return kills;
}

}  // namespace jarvis::proc
