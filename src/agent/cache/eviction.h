// Keeps a cache on disk within its limits: what was used longest ago goes first. An entry is what lies beside a file
// "<entry>.lock", taken by everyone who uses it; the lock's time of change is that of the last use.
#pragma once

#include <cstdint>
#include <functional>

#include "proc/files.h"

namespace jarvis::agent {

struct CacheLimits {
  std::size_t entries_max = 0;       // 0: any number
  std::uint64_t free_bytes_min = 0;  // of the disk that it is on
  // Entries that are in use without holding their lock.
  std::function<bool(const proc::fs::path& entry)> is_busy;
};

/// What is locked or busy stays. Returns what was removed.
std::vector<proc::fs::path> evict(const proc::fs::path& folder, const CacheLimits& limits);

/// Removes all but the newest files with this extension.
void keep_newest(const proc::fs::path& folder, std::string_view extension, std::size_t count);

}  // namespace jarvis::agent
