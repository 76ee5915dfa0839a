// Whether the kernel killed for memory in the group of processes that we are in.
#pragma once

#include <cstdint>
#include <filesystem>

namespace jarvis::proc {

/// Kills for memory in this process's cgroup so far, of either version; 0 where that is not told. The arguments are for
/// tests.
std::int64_t memory_kills(const std::filesystem::path& own_groups = "/proc/self/cgroup",
                          const std::filesystem::path& mount = "/sys/fs/cgroup");

}  // namespace jarvis::proc
