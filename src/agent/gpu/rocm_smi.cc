#include "agent/gpu/rocm_smi.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "agent/gpu/rocm_smi_abi.h"
#include "agent/gpu/shared_library.h"

namespace jarvis::agent {
namespace {

using rocm::kSuccess;
using rocm::Return;

constexpr std::int64_t kMiB = 1 << 20;
constexpr std::uint32_t kProcessesMax = 1024;
constexpr std::uint32_t kDevicesMax = 1024;
constexpr std::size_t kNameBytes = 128;

}  // namespace

/// The loaded library and its functions; those that older versions lack may be null.
struct RocmSmi::Library {
  SharedLibrary file;  // first: closed last
  bool is_started = false;
  Return (*init)(std::uint64_t) = nullptr;
  Return (*shut_down)() = nullptr;
  Return (*status_text)(Return, const char**) = nullptr;
  Return (*version)(int, char*, std::uint32_t) = nullptr;
  Return (*count)(std::uint32_t*) = nullptr;
  Return (*name)(std::uint32_t, char*, std::size_t) = nullptr;
  Return (*unique_id)(std::uint32_t, std::uint64_t*) = nullptr;
  Return (*memory_total)(std::uint32_t, int, std::uint64_t*) = nullptr;
  Return (*memory_usage)(std::uint32_t, int, std::uint64_t*) = nullptr;
  Return (*busy_percent)(std::uint32_t, std::uint32_t*) = nullptr;
  Return (*temperature)(std::uint32_t, std::uint32_t, int, std::int64_t*) = nullptr;
  Return (*processes)(rocm::Process*, std::uint32_t*) = nullptr;
  Return (*gpus_of)(std::uint32_t, std::uint32_t*, std::uint32_t*) = nullptr;

  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    if (is_started) shut_down();
  }

  bool find_all() {
    file.find(status_text, "rsmi_status_string");
    file.find(version, "rsmi_version_str_get");
    file.find(name, "rsmi_dev_name_get");
    file.find(unique_id, "rsmi_dev_unique_id_get");
    file.find(busy_percent, "rsmi_dev_busy_percent_get");
    file.find(temperature, "rsmi_dev_temp_metric_get");
    file.find(processes, "rsmi_compute_process_info_get");
    file.find(gpus_of, "rsmi_compute_process_gpus_get");
    return file.find(init, "rsmi_init") && file.find(shut_down, "rsmi_shut_down") &&
           file.find(count, "rsmi_num_monitor_devices") && file.find(memory_total, "rsmi_dev_memory_total_get") &&
           file.find(memory_usage, "rsmi_dev_memory_usage_get");
  }

  std::uint32_t devices() const {
    std::uint32_t out = 0;
    return count(&out) == kSuccess ? out : 0;
  }
  std::string uuid_of(std::uint32_t device) const {
    std::uint64_t id = 0;
    if (unique_id == nullptr || unique_id(device, &id) != kSuccess) return {};
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "GPU-%016llx", static_cast<unsigned long long>(id));
    return text.data();
  }
  std::int64_t memory_mb(Return (*get)(std::uint32_t, int, std::uint64_t*), std::uint32_t device) const {
    std::uint64_t bytes = 0;
    return get(device, rocm::kMemoryVram, &bytes) == kSuccess ? static_cast<std::int64_t>(bytes) / kMiB : 0;
  }
  void add_processes(std::vector<GpuSample>& samples) const;
};

/// The library tells processes first, then the devices of each.
void RocmSmi::Library::add_processes(std::vector<GpuSample>& samples) const {
  if (processes == nullptr || gpus_of == nullptr) return;
  std::vector<rocm::Process> all(kProcessesMax);
  std::uint32_t found = kProcessesMax;
  if (processes(all.data(), &found) != kSuccess) return;
  all.resize(std::min(found, kProcessesMax));
  for (const rocm::Process& process : all) {
    std::array<std::uint32_t, kDevicesMax> devices{};
    std::uint32_t many = kDevicesMax;
    if (gpus_of(process.pid, devices.data(), &many) != kSuccess) continue;
    for (std::uint32_t i = 0; i < std::min(many, kDevicesMax); ++i) {
      if (devices.at(i) >= samples.size()) continue;
      samples[devices.at(i)].processes.push_back(
          {static_cast<pid_t>(process.pid), static_cast<std::int64_t>(process.vram_bytes) / kMiB});
    }
  }
}

RocmSmi::RocmSmi(std::unique_ptr<Library> library) : library_(std::move(library)) {}
RocmSmi::RocmSmi(RocmSmi&&) noexcept = default;
RocmSmi::~RocmSmi() = default;

Result<RocmSmi> RocmSmi::load(const std::string& library, const std::string& rocm) {
  auto made = std::make_unique<Library>();
  std::vector<std::string> paths{library};
  if (library.empty()) paths = {rocm + "/lib/librocm_smi64.so", "librocm_smi64.so.7", "librocm_smi64.so.1"};
  if (std::ranges::none_of(paths, [&](const std::string& path) { return made->file.open(path); }))
    return not_found("no AMD driver: " + paths.front() + " cannot be loaded");
  if (!made->find_all()) return Error(ErrorCode::unsupported, "ROCm SMI is of a very old version");
  if (const Return status = made->init(0); status != kSuccess) {
    const char* text = nullptr;
    if (made->status_text != nullptr) made->status_text(status, &text);
    return Error(ErrorCode::unsupported, std::string("ROCm SMI does not start: ") + (text != nullptr ? text : ""));
  }
  made->is_started = true;
  return RocmSmi(std::move(made));
}

std::vector<GpuDevice> RocmSmi::inventory() const {
  std::vector<GpuDevice> out;
  for (std::uint32_t i = 0; i < library_->devices(); ++i) {
    std::array<char, kNameBytes> name{};
    if (library_->name != nullptr) library_->name(i, name.data(), kNameBytes);
    out.push_back({.index = std::to_string(i),
                   .uuid = library_->uuid_of(i),
                   .name = name.data(),
                   .memory_mb = library_->memory_mb(library_->memory_total, i)});
  }
  return out;
}

std::vector<GpuSample> RocmSmi::sample() const {
  std::vector<GpuSample> out;
  for (std::uint32_t i = 0; i < library_->devices(); ++i) {
    GpuSample one{.index = std::to_string(i), .uuid = library_->uuid_of(i)};
    one.memory_used_mb = library_->memory_mb(library_->memory_usage, i);
    one.memory_total_mb = library_->memory_mb(library_->memory_total, i);
    std::uint32_t percent = 0;
    if (library_->busy_percent != nullptr && library_->busy_percent(i, &percent) == kSuccess)
      one.percent = static_cast<int>(percent);
    std::int64_t millidegrees = 0;
    if (library_->temperature != nullptr &&
        library_->temperature(i, rocm::kTemperatureEdge, rocm::kTemperatureCurrent, &millidegrees) == kSuccess)
      one.celsius = static_cast<int>(millidegrees / 1000);
    out.push_back(std::move(one));
  }
  library_->add_processes(out);
  return out;
}

std::string RocmSmi::describe() const {
  std::array<char, kNameBytes> version{};
  if (library_->version != nullptr) library_->version(rocm::kComponentDriver, version.data(), kNameBytes);
  return "AMD driver " + std::string(version.data());
}

}  // namespace jarvis::agent
