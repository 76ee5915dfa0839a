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
    if (auto value = environment.get(name); value && !value->empty() && *value != "void") return VisibleGpus(*value);
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
  // CUDA itself does not know "all".
  if (*gpus == "all") {
    environment.unset("CUDA_VISIBLE_DEVICES");
  } else {
    environment.set("CUDA_VISIBLE_DEVICES", *gpus);
  }
}

std::vector<std::string> listed(const VisibleGpus& gpus) {
  if (!gpus || *gpus == "all" || *gpus == "none") return {};
  return split(*gpus);
}

}  // namespace jarvis::agent
