// AMD's GPUs by ROCm SMI, the driver's own library.
#pragma once

#include "agent/gpu/driver.h"

namespace jarvis::agent {

class RocmSmi final : public GpuDriver {
 public:
  /// `library` empty: that below `rocm`, else the one that the loader finds. Errors: not_found (none here),
  /// unsupported.
  static Result<RocmSmi> load(const std::string& library, const std::string& rocm);
  RocmSmi(RocmSmi&&) noexcept;
  ~RocmSmi() override;

  std::vector<GpuDevice> inventory() const override;
  std::vector<GpuSample> sample() const override;
  std::string describe() const override;

 private:
  struct Library;
  explicit RocmSmi(std::unique_ptr<Library> library);
  std::unique_ptr<Library> library_;
};

}  // namespace jarvis::agent
