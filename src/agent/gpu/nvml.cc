#include "agent/gpu/nvml.h"

#include <algorithm>
#include <array>

#include "agent/gpu/nvml_abi.h"
#include "agent/gpu/shared_library.h"

namespace jarvis::agent {
namespace {

using nvml::Device;
using nvml::kNameBytes;
using nvml::kSuccess;
using nvml::Return;

constexpr unsigned kProcessesMax = 256;
constexpr std::int64_t kMiB = 1 << 20;

/// All ones where the driver does not say (in containers, on Windows' driver model).
std::int64_t memory_of(const nvml::Process& process) {
  return process.used_memory == ~0ULL ? 0 : static_cast<std::int64_t>(process.used_memory) / kMiB;
}

}  // namespace

/// The loaded library and its functions; those that older drivers lack may be null.
struct Nvml::Library {
  SharedLibrary file;  // first: closed last
  Return (*init)() = nullptr;
  Return (*shutdown)() = nullptr;
  const char* (*error_text)(Return) = nullptr;
  Return (*driver_version)(char*, unsigned) = nullptr;
  Return (*cuda_version)(int*) = nullptr;
  Return (*count)(unsigned*) = nullptr;
  Return (*by_index)(unsigned, Device*) = nullptr;
  Return (*name)(Device, char*, unsigned) = nullptr;
  Return (*uuid)(Device, char*, unsigned) = nullptr;
  Return (*memory)(Device, nvml::Memory*) = nullptr;
  Return (*utilization)(Device, nvml::Utilization*) = nullptr;
  Return (*temperature)(Device, unsigned, unsigned*) = nullptr;
  Return (*processes)(Device, unsigned*, nvml::Process*) = nullptr;
  Return (*mig_mode)(Device, unsigned*, unsigned*) = nullptr;
  Return (*mig_count)(Device, unsigned*) = nullptr;
  Return (*mig_by_index)(Device, unsigned, Device*) = nullptr;

  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    if (is_started) shutdown();
  }

  bool find_all() {
    const bool has_needed = file.find(init, "nvmlInit_v2") && file.find(shutdown, "nvmlShutdown") &&
                            file.find(error_text, "nvmlErrorString") && file.find(count, "nvmlDeviceGetCount_v2") &&
                            file.find(by_index, "nvmlDeviceGetHandleByIndex_v2") &&
                            file.find(name, "nvmlDeviceGetName") && file.find(uuid, "nvmlDeviceGetUUID") &&
                            file.find(memory, "nvmlDeviceGetMemoryInfo");
    file.find(driver_version, "nvmlSystemGetDriverVersion");
    file.find(cuda_version, "nvmlSystemGetCudaDriverVersion_v2");
    file.find(utilization, "nvmlDeviceGetUtilizationRates");
    file.find(temperature, "nvmlDeviceGetTemperature");
    file.find(processes, "nvmlDeviceGetComputeRunningProcesses_v3");
    file.find(mig_mode, "nvmlDeviceGetMigMode");
    file.find(mig_count, "nvmlDeviceGetMaxMigDeviceCount");
    file.find(mig_by_index, "nvmlDeviceGetMigDeviceHandleByIndex");
    return has_needed;
  }

  std::vector<Device> slices_of(Device device) const;
  /// Calls `use(index, device, has_slices)` for each device and each slice.
  template <typename Use>
  void each(const Use& use) const;
  std::string text(Return (*get)(Device, char*, unsigned), Device device) const;

  bool is_started = false;
};

std::vector<Device> Nvml::Library::slices_of(Device device) const {
  std::vector<Device> out;
  unsigned current = 0, pending = 0, most = 0;
  if (mig_mode == nullptr || mig_count == nullptr || mig_by_index == nullptr) return out;
  if (mig_mode(device, &current, &pending) != kSuccess || current == 0) return out;
  if (mig_count(device, &most) != kSuccess) return out;
  for (unsigned i = 0; i < most; ++i) {
    Device slice = nullptr;
    if (mig_by_index(device, i, &slice) == kSuccess) out.push_back(slice);
  }
  return out;
}

template <typename Use>
void Nvml::Library::each(const Use& use) const {
  unsigned devices = 0;
  if (count(&devices) != kSuccess) return;
  for (unsigned i = 0; i < devices; ++i) {
    Device device = nullptr;
    if (by_index(i, &device) != kSuccess) continue;
    const std::vector<Device> slices = slices_of(device);
    const std::string index = std::to_string(i);
    use(index, device, !slices.empty());
    for (std::size_t s = 0; s < slices.size(); ++s)
      use(index + ":" + std::to_string(s), slices[s], false);
  }
}

std::string Nvml::Library::text(Return (*get)(Device, char*, unsigned), Device device) const {
  std::array<char, kNameBytes> buffer{};
  return get(device, buffer.data(), kNameBytes) == kSuccess ? buffer.data() : "";
}

Nvml::Nvml(std::unique_ptr<Library> library) : library_(std::move(library)) {}
Nvml::Nvml(Nvml&&) noexcept = default;
Nvml& Nvml::operator=(Nvml&&) noexcept = default;
Nvml::~Nvml() = default;

Result<Nvml> Nvml::load(const std::string& library) {
  const std::string path = library.empty() ? "libnvidia-ml.so.1" : library;
  auto made = std::make_unique<Library>();
  if (!made->file.open(path)) return not_found("no NVIDIA driver: " + path + " cannot be loaded");
  if (!made->find_all()) return Error(ErrorCode::unsupported, path + " is no NVML, or one of a very old driver");
  if (const Return status = made->init(); status != kSuccess)
    return Error(ErrorCode::unsupported, std::string("NVML does not start: ") + made->error_text(status));
  made->is_started = true;
  return Nvml(std::move(made));
}

std::vector<GpuDevice> Nvml::inventory() const {
  std::vector<GpuDevice> out;
  library_->each([&](std::string index, Device device, bool has_slices) {
    nvml::Memory memory{};
    library_->memory(device, &memory);
    out.push_back({.index = std::move(index),
                   .uuid = library_->text(library_->uuid, device),
                   .name = library_->text(library_->name, device),
                   .memory_mb = static_cast<std::int64_t>(memory.total) / kMiB,
                   .has_slices = has_slices});
  });
  return out;
}

std::vector<GpuSample> Nvml::sample() const {
  std::vector<GpuSample> out;
  library_->each([&](std::string index, Device device, bool has_slices) {
    if (has_slices) return;
    GpuSample one{.index = std::move(index), .uuid = library_->text(library_->uuid, device)};
    nvml::Memory memory{};
    if (library_->memory(device, &memory) == kSuccess) {
      one.memory_used_mb = static_cast<std::int64_t>(memory.used) / kMiB;
      one.memory_total_mb = static_cast<std::int64_t>(memory.total) / kMiB;
    }
    nvml::Utilization rates{};
    if (library_->utilization != nullptr && library_->utilization(device, &rates) == kSuccess)
      one.percent = static_cast<int>(rates.gpu);
    unsigned celsius = 0;
    if (library_->temperature != nullptr && library_->temperature(device, nvml::kTemperatureGpu, &celsius) == kSuccess)
      one.celsius = static_cast<int>(celsius);
    std::array<nvml::Process, kProcessesMax> processes{};
    unsigned count = kProcessesMax;
    if (library_->processes != nullptr && library_->processes(device, &count, processes.data()) == kSuccess) {
      for (unsigned i = 0; i < std::min(count, kProcessesMax); ++i)
        one.processes.push_back({static_cast<pid_t>(processes[i].pid), memory_of(processes[i])});
    }
    out.push_back(std::move(one));
  });
  return out;
}

std::string Nvml::driver_version() const {
  std::array<char, kNameBytes> buffer{};
  if (library_->driver_version == nullptr) return "";
  return library_->driver_version(buffer.data(), kNameBytes) == kSuccess ? buffer.data() : "";
}

std::string Nvml::cuda_version() const {
  int version = 0;  // 12040 is 12.4
  if (library_->cuda_version == nullptr || library_->cuda_version(&version) != kSuccess) return "";
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string Nvml::describe() const {
  return "NVIDIA driver " + driver_version() + ", CUDA up to " + cuda_version();
}

}  // namespace jarvis::agent
