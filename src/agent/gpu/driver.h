// The driver of the machine's GPUs, NVIDIA's or AMD's: its own library, loaded when the program runs, so that a machine
// without one needs nothing.
#pragma once

#include <memory>

#include "agent/gpu/device.h"
#include "base/result.h"
#include "proc/environment.h"

namespace jarvis::agent {

/// One thread at a time.
class GpuDriver {
 public:
  virtual ~GpuDriver() = default;

  /// Devices and their slices, in the driver's order.
  virtual std::vector<GpuDevice> inventory() const = 0;
  virtual std::vector<GpuSample> sample() const = 0;
  /// "NVIDIA driver 550.54.14, CUDA up to 12.4".
  virtual std::string describe() const = 0;
  /// The newest CUDA that it runs, "12.4"; "" for another maker's GPUs, or when it does not say.
  virtual std::string cuda_version() const { return {}; }
};

/// NVIDIA's where it is there, else AMD's. JARVIS_NVML_LIBRARY and JARVIS_ROCM_SMI_LIBRARY name other files. Errors:
/// not_found (neither is here), unsupported (one that does not work, with its own words).
Result<std::unique_ptr<GpuDriver>> load_gpu_driver(const proc::Environment& environment);

}  // namespace jarvis::agent
