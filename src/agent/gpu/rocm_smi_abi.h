// The part of ROCm SMI's binary interface that is used here: names, layouts and numbers are those of its documentation.
#pragma once

#include <cstdint>

namespace jarvis::agent::rocm {

using Return = int;
inline constexpr Return kSuccess = 0;
inline constexpr Return kNotSupported = 2;
inline constexpr Return kNotFound = 10;
inline constexpr int kMemoryVram = 0;
inline constexpr std::uint32_t kTemperatureEdge = 0;
inline constexpr int kTemperatureCurrent = 0;
inline constexpr int kComponentDriver = 0;

struct Process {
  std::uint32_t pid, pasid;
  std::uint64_t vram_bytes, sdma_usage;
  std::uint32_t cu_occupancy;
};

}  // namespace jarvis::agent::rocm
