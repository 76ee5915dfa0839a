// NVIDIA's GPUs by NVML, the driver's own library.
#pragma once

#include "agent/gpu/driver.h"

namespace jarvis::agent {

class Nvml final : public GpuDriver {
 public:
  /// `library` empty: the driver's, "libnvidia-ml.so.1". Errors: not_found (no driver here), unsupported (one that
  /// does not work, with its own words).
  static Result<Nvml> load(const std::string& library);
  Nvml(Nvml&&) noexcept;
  Nvml& operator=(Nvml&&) noexcept;
  ~Nvml() override;

  std::vector<GpuDevice> inventory() const override;
  std::vector<GpuSample> sample() const override;
  std::string describe() const override;
  std::string driver_version() const;
  std::string cuda_version() const override;

 private:
  struct Library;
  explicit Nvml(std::unique_ptr<Library> library);
  std::unique_ptr<Library> library_;
};

}  // namespace jarvis::agent
