// The part of NVML's binary interface that is used here: names, layouts and numbers are those of its documentation.
#pragma once

namespace jarvis::agent::nvml {

using Device = void*;
using Return = int;
inline constexpr Return kSuccess = 0;
inline constexpr Return kNotSupported = 3;
inline constexpr Return kNotFound = 6;
inline constexpr Return kInsufficientSize = 7;
inline constexpr unsigned kTemperatureGpu = 0;
inline constexpr unsigned kNameBytes = 96;

struct Memory {
  unsigned long long total, free, used;
};
struct Utilization {
  unsigned gpu, memory;
};
struct Process {
  unsigned pid;
  unsigned long long used_memory;
  unsigned gpu_instance, compute_instance;
};

}  // namespace jarvis::agent::nvml
