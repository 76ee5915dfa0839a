// A machine full of GPUs for tests: the file that FAKE_NVML_GPUS names describes them, a line each, read at every call:
//   device NAME TOTAL_MB USED_MB PERCENT CELSIUS [PID...]     slice NAME TOTAL_MB USED_MB - - [PID...]
// A slice belongs to the device before it. Without the file the library does not start, as without a kernel module.
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "agent/gpu/nvml_abi.h"

namespace {

using namespace jarvis::agent::nvml;

struct Gpu {
  std::string name, percent, celsius;
  unsigned long long total = 0, used = 0;
  std::vector<unsigned> pids;
};

/// Handles are numbers: device * 100, + 1 + slice.
std::vector<std::vector<Gpu>> machine() {
  std::vector<std::vector<Gpu>> out;
  const char* path = std::getenv("FAKE_NVML_GPUS");
  std::ifstream file(path == nullptr ? "" : path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string kind;
    Gpu gpu;
    words >> kind >> gpu.name >> gpu.total >> gpu.used >> gpu.percent >> gpu.celsius;
    for (unsigned pid = 0; words >> pid;)
      gpu.pids.push_back(pid);
    if (kind == "device") out.emplace_back();
    if (!out.empty()) out.back().push_back(gpu);
  }
  return out;
}

Device handle(std::size_t device, std::size_t part) {
  return reinterpret_cast<Device>(device * 100 + part + 1);
}

bool look_up(Device device, Gpu& into, std::string* uuid = nullptr) {
  const auto number = reinterpret_cast<std::size_t>(device) - 1;
  const auto all = machine();
  if (number / 100 >= all.size() || number % 100 >= all[number / 100].size()) return false;
  into = all[number / 100][number % 100];
  if (uuid != nullptr) {
    *uuid = (number % 100 == 0 ? "GPU-" : "MIG-") + std::to_string(number / 100);
    if (number % 100 != 0) *uuid += "-" + std::to_string(number % 100 - 1);
  }
  return true;
}

Return give(const std::string& text, char* into, unsigned size) {
  if (text.size() + 1 > size) return kInsufficientSize;
  std::memcpy(into, text.c_str(), text.size() + 1);
  return kSuccess;
}

}  // namespace

extern "C" {
Return nvmlInit_v2() {
  return machine().empty() ? 9 : kSuccess;
}
Return nvmlShutdown() {
  return kSuccess;
}
const char* nvmlErrorString(Return) {
  return "Driver Not Loaded";
}
Return nvmlSystemGetDriverVersion(char* into, unsigned size) {
  return give("550.54.14", into, size);
}
Return nvmlSystemGetCudaDriverVersion_v2(int* version) {
  *version = 12040;
  return kSuccess;
}
Return nvmlDeviceGetCount_v2(unsigned* count) {
  *count = static_cast<unsigned>(machine().size());
  return kSuccess;
}
Return nvmlDeviceGetHandleByIndex_v2(unsigned index, Device* device) {
  *device = handle(index, 0);
  return kSuccess;
}
Return nvmlDeviceGetName(Device device, char* into, unsigned size) {
  Gpu gpu;
  return look_up(device, gpu) ? give(gpu.name, into, size) : kNotFound;
}
Return nvmlDeviceGetUUID(Device device, char* into, unsigned size) {
  Gpu gpu;
  std::string uuid;
  return look_up(device, gpu, &uuid) ? give(uuid, into, size) : kNotFound;
}
Return nvmlDeviceGetMemoryInfo(Device device, Memory* memory) {
  Gpu gpu;
  if (!look_up(device, gpu)) return kNotFound;
  *memory = {gpu.total << 20, (gpu.total - gpu.used) << 20, gpu.used << 20};
  return kSuccess;
}
Return nvmlDeviceGetUtilizationRates(Device device, Utilization* rates) {
  Gpu gpu;
  if (!look_up(device, gpu) || gpu.percent == "-") return kNotSupported;
  *rates = {static_cast<unsigned>(std::stoul(gpu.percent)), 0};
  return kSuccess;
}
Return nvmlDeviceGetTemperature(Device device, unsigned, unsigned* celsius) {
  Gpu gpu;
  if (!look_up(device, gpu) || gpu.celsius == "-") return kNotSupported;
  *celsius = static_cast<unsigned>(std::stoul(gpu.celsius));
  return kSuccess;
}
Return nvmlDeviceGetComputeRunningProcesses_v3(Device device, unsigned* count, Process* processes) {
  Gpu gpu;
  if (!look_up(device, gpu)) return kNotFound;
  if (*count < gpu.pids.size()) return kInsufficientSize;
  *count = static_cast<unsigned>(gpu.pids.size());
  for (std::size_t i = 0; i < gpu.pids.size(); ++i)
    processes[i] = {.pid = gpu.pids[i], .used_memory = 1 << 20, .gpu_instance = 0, .compute_instance = 0};
  return kSuccess;
}
Return nvmlDeviceGetMigMode(Device device, unsigned* current, unsigned* pending) {
  unsigned slices = 0;
  const auto number = reinterpret_cast<std::size_t>(device) - 1;
  const auto all = machine();
  if (number % 100 == 0 && number / 100 < all.size()) slices = static_cast<unsigned>(all[number / 100].size() - 1);
  *current = *pending = slices > 0 ? 1 : 0;
  return kSuccess;
}
Return nvmlDeviceGetMaxMigDeviceCount(Device, unsigned* count) {
  *count = 7;
  return kSuccess;
}
Return nvmlDeviceGetMigDeviceHandleByIndex(Device device, unsigned index, Device* slice) {
  const auto number = reinterpret_cast<std::size_t>(device) - 1;
  Gpu gpu;
  *slice = handle(number / 100, index + 1);
  return look_up(*slice, gpu) ? kSuccess : kNotFound;
}
}
