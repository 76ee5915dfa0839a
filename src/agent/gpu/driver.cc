#include "agent/gpu/driver.h"

#include "agent/gpu/nvml.h"
#include "agent/gpu/rocm_smi.h"

namespace jarvis::agent {

Result<std::unique_ptr<GpuDriver>> load_gpu_driver(const proc::Environment& environment) {
  auto nvml = Nvml::load(environment.get("JARVIS_NVML_LIBRARY").value_or(""));
  if (nvml) return std::unique_ptr<GpuDriver>(std::make_unique<Nvml>(std::move(*nvml)));
  if (nvml.error().code() != ErrorCode::not_found) return std::move(nvml).error();
  auto rocm = RocmSmi::load(environment.get("JARVIS_ROCM_SMI_LIBRARY").value_or(""),
                            environment.get("ROCM_PATH").value_or("/opt/rocm"));
  if (rocm) return std::unique_ptr<GpuDriver>(std::make_unique<RocmSmi>(std::move(*rocm)));
  if (rocm.error().code() != ErrorCode::not_found) return std::move(rocm).error();
  return not_found("no driver of NVIDIA's or AMD's GPUs is here");
}

}  // namespace jarvis::agent
