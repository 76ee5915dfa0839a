// Which GPUs a daemon or a job is meant to see: --gpus, --cpu-only, or the variables that say the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/gpu/device.h"
#include "agent/gpu/ledger.h"
#include "proc/environment.h"

namespace jarvis::agent {

/// As NVIDIA_VISIBLE_DEVICES has it: "0,1", "all", "none", uuids; nothing: not said.
using VisibleGpus = std::optional<std::string>;

/// The flags, else the environment. Errors: invalid_argument (both flags, or a --gpus that names nothing).
Result<VisibleGpus> visible_gpus(const std::string& gpus_flag, bool is_cpu_only, const proc::Environment& environment);
/// "0,1,3" or "0-3" or "0:0,0:1": the devices that --dynamic-gpus may give out. Errors: invalid_argument.
Result<std::vector<std::string>> dynamic_devices(const std::string& gpus_flag);
/// Sets what CUDA, HIP and the container tools read.
void set_visible(const VisibleGpus& gpus, proc::Environment& environment);
/// The same for a share: CUDA knows a MIG slice by its uuid only, and what keeps within a part of a device is told how
/// much that is.
void set_visible(const GpuShare& share, const std::vector<GpuDevice>& inventory, proc::Environment& environment);
/// The devices of "0,1"; empty for all, none or not said.
std::vector<std::string> listed(const VisibleGpus& gpus);

/// The devices that jobs may have, by index, in the order asked for: of a device with MIG on, its slices. Errors:
/// not_found (a device that is not here; says which are). An empty inventory knows nothing: what is listed is believed.
Result<std::vector<std::string>> devices_of(const VisibleGpus& gpus, const std::vector<GpuDevice>& inventory);

}  // namespace jarvis::agent
