// A machine full of AMD's GPUs for tests: the file that FAKE_ROCM_GPUS names describes them, a line each:
//   NAME TOTAL_MB USED_MB PERCENT CELSIUS [PID...]
// Without the file the library does not start, as without a kernel module.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "agent/gpu/rocm_smi_abi.h"

namespace {

using namespace jarvis::agent::rocm;

struct Gpu {
  std::string name;
  std::uint64_t total = 0, used = 0;
  std::uint32_t percent = 0;
  std::int64_t celsius = 0;
  std::vector<std::uint32_t> pids;
};

std::vector<Gpu> machine() {
  std::vector<Gpu> out;
  const char* path = std::getenv("FAKE_ROCM_GPUS");
  std::ifstream file(path == nullptr ? "" : path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    Gpu gpu;
    words >> gpu.name >> gpu.total >> gpu.used >> gpu.percent >> gpu.celsius;
    for (std::uint32_t pid = 0; words >> pid;)
      gpu.pids.push_back(pid);
    out.push_back(std::move(gpu));
  }
  return out;
}

template <typename Use>
Return with(std::uint32_t device, const Use& use) {
  const auto all = machine();
  if (device >= all.size()) return kNotFound;
  use(all[device]);
  return kSuccess;
}

}  // namespace

extern "C" {
Return rsmi_init(std::uint64_t) {
  return machine().empty() ? 8 : kSuccess;
}
Return rsmi_shut_down() {
  return kSuccess;
}
Return rsmi_status_string(Return, const char** text) {
  *text = "the amdgpu module is not loaded";
  return kSuccess;
}
Return rsmi_version_str_get(int, char* into, std::uint32_t size) {
  std::strncpy(into, "6.3.6", size);
  return kSuccess;
}
Return rsmi_num_monitor_devices(std::uint32_t* count) {
  *count = static_cast<std::uint32_t>(machine().size());
  return kSuccess;
}
Return rsmi_dev_name_get(std::uint32_t device, char* into, std::size_t size) {
  return with(device, [&](const Gpu& gpu) { std::strncpy(into, gpu.name.c_str(), size); });
}
Return rsmi_dev_unique_id_get(std::uint32_t device, std::uint64_t* id) {
  return with(device, [&](const Gpu&) { *id = 0xa0 + device; });
}
Return rsmi_dev_memory_total_get(std::uint32_t device, int, std::uint64_t* bytes) {
  return with(device, [&](const Gpu& gpu) { *bytes = gpu.total << 20; });
}
Return rsmi_dev_memory_usage_get(std::uint32_t device, int, std::uint64_t* bytes) {
  return with(device, [&](const Gpu& gpu) { *bytes = gpu.used << 20; });
}
Return rsmi_dev_busy_percent_get(std::uint32_t device, std::uint32_t* percent) {
  return with(device, [&](const Gpu& gpu) { *percent = gpu.percent; });
}
Return rsmi_dev_temp_metric_get(std::uint32_t device, std::uint32_t, int, std::int64_t* millidegrees) {
  return with(device, [&](const Gpu& gpu) { *millidegrees = gpu.celsius * 1000; });
}
Return rsmi_compute_process_info_get(Process* into, std::uint32_t* count) {
  std::set<std::uint32_t> pids;
  for (const Gpu& gpu : machine())
    pids.insert(gpu.pids.begin(), gpu.pids.end());
  std::uint32_t written = 0;
  for (const std::uint32_t pid : pids) {
    if (into != nullptr && written < *count) into[written++] = {.pid = pid, .vram_bytes = 7 << 20};
  }
  *count = into == nullptr ? static_cast<std::uint32_t>(pids.size()) : written;
  return kSuccess;
}
Return rsmi_compute_process_gpus_get(std::uint32_t pid, std::uint32_t* devices, std::uint32_t* count) {
  const auto all = machine();
  std::uint32_t written = 0;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    if (std::ranges::find(all[i].pids, pid) != all[i].pids.end() && written < *count) devices[written++] = i;
  }
  *count = written;
  return kSuccess;
}
}
