#include "agent/gpu/visible.h"

#include <algorithm>
#include <set>

namespace jarvis::agent {
namespace {

constexpr int kDevicesMax = 1024;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string item = text.substr(begin, end - begin);
    std::erase(item, ' ');
    out.push_back(std::move(item));
    begin = end + 1;
  }
  return out;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// "3", or "0:1" (a slice of device 0).
bool is_device(const std::string& text) {
  const auto colon = text.find(':');
  return is_number(text.substr(0, colon)) && (colon == std::string::npos || is_number(text.substr(colon + 1)));
}

Error bad(const std::string& gpus) {
  return invalid_argument("--gpus " + gpus + ": write all, none, or devices as 0 or 0,1 or 0:1 (a MIG slice)");
}

}  // namespace

Result<VisibleGpus> visible_gpus(const std::string& gpus_flag, bool is_cpu_only, const proc::Environment& environment) {
  if (is_cpu_only && !gpus_flag.empty()) return invalid_argument("--cpu-only and --gpus cannot both be given");
  if (is_cpu_only) return VisibleGpus("none");
  if (!gpus_flag.empty()) {
    if (gpus_flag == "all" || gpus_flag == "none") return VisibleGpus(gpus_flag);
    for (const std::string& item : split(gpus_flag)) {
      const bool is_uuid = item.starts_with("GPU-") || item.starts_with("MIG-");
      if (!is_uuid && !is_device(item)) return bad(gpus_flag);
    }
    return VisibleGpus(gpus_flag);
  }
  for (const char* name : {"NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"}) {
    const auto value = environment.get(name);
    if (value && !value->empty() && *value != "void") return VisibleGpus(*value == "-1" ? "none" : *value);
  }
  return VisibleGpus();
}

Result<std::vector<std::string>> dynamic_devices(const std::string& gpus_flag) {
  const auto refused = [&] {
    return invalid_argument("--dynamic-gpus needs the devices to give out, as --gpus 0-7 or --gpus 0,1,2 or 0:0,0:1" +
                            (gpus_flag.empty() ? std::string() : "; not '" + gpus_flag + "'"));
  };
  std::vector<std::string> out;
  if (const auto dash = gpus_flag.find('-'); dash != std::string::npos) {
    const std::string first = gpus_flag.substr(0, dash);
    const std::string last = gpus_flag.substr(dash + 1);
    if (!is_number(first) || !is_number(last) || std::stoi(first) > std::stoi(last)) return refused();
    if (std::stoi(last) - std::stoi(first) >= kDevicesMax) return refused();
    for (int i = std::stoi(first); i <= std::stoi(last); ++i)
      out.push_back(std::to_string(i));
    return out;
  }
  out = split(gpus_flag);
  for (std::string& device : out) {
    std::ranges::replace(device, '.', ':');
    if (!is_device(device)) return refused();
  }
  if (std::set<std::string>(out.begin(), out.end()).size() != out.size()) return refused();
  return out;
}

void set_visible(const VisibleGpus& gpus, proc::Environment& environment) {
  if (!gpus) return;
  environment.set("NVIDIA_VISIBLE_DEVICES", *gpus);
  // Numbers are those of NVML, not those of the fastest first.
  environment.set("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
  for (const char* name : {"CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"}) {
    // CUDA itself knows no "all", and what reads the variable itself expects numbers.
    if (*gpus == "all") {
      environment.unset(name);
    } else {
      environment.set(name, *gpus == "none" ? "-1" : *gpus);
    }
  }
}

void set_visible(const GpuShare& share, const std::vector<GpuDevice>& inventory, proc::Environment& environment) {
  const auto join = [&](const auto& name_of) {
    std::string out;
    for (const std::string& device : share.devices)
      out += (out.empty() ? "" : ",") + name_of(device);
    return out;
  };
  const auto find = [&](const std::string& index) { return std::ranges::find(inventory, index, &GpuDevice::index); };
  set_visible(join([](const std::string& index) { return index; }), environment);
  environment.set("CUDA_VISIBLE_DEVICES", join([&](const std::string& index) {
                    const auto device = find(index);
                    return index.find(':') != std::string::npos && device != inventory.end() ? device->uuid : index;
                  }));
  if (share.part >= kWholeDevice || share.devices.empty()) return;
  const double fraction = share.part / static_cast<double>(kWholeDevice);
  const std::string percent = std::to_string(std::max(1, share.part * 100 / kWholeDevice));
  environment.set("JARVIS_GPU_FRACTION", std::to_string(fraction));
  environment.set("XLA_PYTHON_CLIENT_MEM_FRACTION", std::to_string(fraction));
  environment.set("CUDA_MPS_ACTIVE_THREAD_PERCENTAGE", percent);
  if (const auto device = find(share.devices.front()); device != inventory.end()) {
    const std::string megabytes = std::to_string(device->memory_mb * share.part / kWholeDevice);
    environment.set("JARVIS_GPU_MEMORY_MB", megabytes);
    environment.set("CUDA_MPS_PINNED_DEVICE_MEM_LIMIT", "0=" + megabytes + "M");  // 0: the first of the visible ones
  }
}

std::vector<std::string> listed(const VisibleGpus& gpus) {
  if (!gpus || *gpus == "all" || *gpus == "none") return {};
  return split(*gpus);
}

Result<std::vector<std::string>> devices_of(const VisibleGpus& gpus, const std::vector<GpuDevice>& inventory) {
  if (gpus == "none") return std::vector<std::string>();
  std::vector<std::string> wanted = listed(gpus);
  if (inventory.empty()) return wanted;
  if (wanted.empty()) {
    for (const GpuDevice& device : inventory)
      if (device.index.find(':') == std::string::npos) wanted.push_back(device.index);
  }
  std::vector<std::string> out;
  for (const std::string& name : wanted) {
    const auto found = std::ranges::find_if(
        inventory, [&](const GpuDevice& device) { return name == device.index || name == device.uuid; });
    if (found == inventory.end()) {
      std::string here;
      for (const GpuDevice& device : inventory)
        here += (here.empty() ? "" : ", ") + device.index;
      return not_found("there is no GPU " + name + " on this machine; it has " + here);
    }
    if (!found->has_slices) out.push_back(found->index);
    for (const GpuDevice& device : inventory)
      if (found->has_slices && device.index.starts_with(found->index + ":")) out.push_back(device.index);
  }
  return out;
}

}  // namespace jarvis::agent
