#include "agent/monitor/machine.h"

#include <sys/statvfs.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace jarvis::agent {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;

void add_memory(json::object& out) {
  std::ifstream file("/proc/meminfo");
  double total = 0, available = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string name;
    double kib = 0;
    fields >> name >> kib;
    if (name == "MemTotal:") total = kib;
    if (name == "MemAvailable:") available = kib;
  }
  out["memory_used"] = (total - available) / 1024;
  out["memory_free"] = available / 1024;
}

void add_disk_free(std::string where, json::object& out) {
  struct statvfs info{};
  if (where.empty()) where = std::filesystem::exists("/home") ? "/home" : "/";
  if (::statvfs(where.c_str(), &info) != 0) return;
  out["disk_free_home"] = static_cast<double>(info.f_bavail) * static_cast<double>(info.f_frsize) / kMiB;
}

void add_temperature(json::object& out) {
  json::array list;
  std::error_code failure;
  for (const auto& zone : std::filesystem::directory_iterator("/sys/class/thermal", failure)) {
    std::ifstream file(zone.path() / "temp");
    if (double millidegrees = 0; file >> millidegrees) list.push_back(millidegrees / 1000);
  }
  if (!list.empty()) out["cpu_temperature"] = std::move(list);
}

}  // namespace

MachineMonitor::Counters MachineMonitor::read_counters() {
  Counters out;
  std::ifstream stat("/proc/stat");
  for (std::string line; std::getline(stat, line);) {
    if (!line.starts_with("cpu") || line.starts_with("cpu ")) continue;
    std::istringstream fields(line);
    std::string name;
    fields >> name;
    std::uint64_t all = 0, idle = 0, value = 0;
    for (int i = 0; i < 8 && fields >> value; ++i) {
      all += value;
      if (i == 3 || i == 4) idle += value;
    }
    out.cores.emplace_back(all - idle, all);
  }
  std::ifstream disks("/proc/diskstats");
  for (std::string line; std::getline(disks, line);) {
    std::istringstream fields(line);
    std::string major, minor, name, skipped;
    std::uint64_t read = 0, written = 0;
    fields >> major >> minor >> name >> skipped >> skipped >> read >> skipped >> skipped >> skipped >> written;
    // Whole disks only: a partition's bytes are its disk's already.
    if (!std::filesystem::exists("/sys/block/" + name) || name.starts_with("loop") || name.starts_with("ram")) continue;
    out.disk_read += read * 512;
    out.disk_write += written * 512;
  }
  std::ifstream network("/proc/net/dev");
  for (std::string line; std::getline(network, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || line.find("lo:") != std::string::npos) continue;
    std::istringstream fields(line.substr(colon + 1));
    std::uint64_t received = 0, skipped = 0, sent = 0;
    fields >> received;
    for (int i = 0; i < 7; ++i)
      fields >> skipped;
    fields >> sent;
    out.network_rx += received;
    out.network_tx += sent;
  }
  return out;
}

json::object MachineMonitor::sample() {
  json::object out;
  add_memory(out);
  add_disk_free(disk_, out);
  add_temperature(out);
  Counters now = read_counters();
  const SteadyTime time = clock_.steady();
  const double seconds = std::chrono::duration<double>(time - before_time_).count();
  if (has_before_ && seconds > 0) {
    json::array cores;
    for (std::size_t i = 0; i < now.cores.size() && i < before_.cores.size(); ++i) {
      const auto busy = static_cast<double>(now.cores[i].first - before_.cores[i].first);
      const auto all = static_cast<double>(now.cores[i].second - before_.cores[i].second);
      cores.push_back(all > 0 ? 100 * busy / all : 0);
    }
    out["cpu_usage"] = std::move(cores);
    out["disk_read"] = static_cast<double>(now.disk_read - before_.disk_read) / kMiB / seconds;
    out["disk_write"] = static_cast<double>(now.disk_write - before_.disk_write) / kMiB / seconds;
    out["network_rx"] = static_cast<double>(now.network_rx - before_.network_rx) / kMiB / seconds;
    out["network_tx"] = static_cast<double>(now.network_tx - before_.network_tx) / kMiB / seconds;
  }
  before_ = std::move(now);
  before_time_ = time;
  has_before_ = true;
  return out;
}

}  // namespace jarvis::agent
