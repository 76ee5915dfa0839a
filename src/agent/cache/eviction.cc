#include "agent/cache/eviction.h"

#include <algorithm>

#include "base/log.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

/// Files with this extension, the oldest first.
std::vector<fs::path> by_age(const fs::path& folder, std::string_view extension) {
  std::vector<std::pair<fs::file_time_type, fs::path>> found;
  std::error_code failure;
  for (const auto& file : fs::directory_iterator(folder, failure)) {
    if (file.path().extension() == extension) found.emplace_back(file.last_write_time(failure), file.path());
  }
  std::sort(found.begin(), found.end());
  std::vector<fs::path> out;
  out.reserve(found.size());
  for (auto& [time, path] : found)
    out.push_back(std::move(path));
  return out;
}

bool is_short_of_room(const fs::path& folder, std::uint64_t free_bytes_min) {
  std::error_code failure;
  const fs::space_info space = fs::space(folder, failure);
  return !failure && space.available < free_bytes_min;
}

/// Other names of what is gone.
void remove_dangling_links(const fs::path& folder) {
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    if (entry.is_symlink(failure) && !fs::exists(entry.path(), failure)) fs::remove(entry.path(), failure);
  }
}

}  // namespace

std::vector<fs::path> evict(const fs::path& folder, const CacheLimits& limits) {
  std::vector<fs::path> removed;
  const std::vector<fs::path> locks = by_age(folder, ".lock");
  std::size_t left = locks.size();
  for (const fs::path& lock_file : locks) {
    const bool is_over = limits.entries_max > 0 && left > limits.entries_max;
    if (!is_over && !is_short_of_room(folder, limits.free_bytes_min)) break;
    fs::path entry = lock_file;
    entry.replace_extension();
    std::error_code failure;
    const auto used = fs::last_write_time(lock_file, failure);
    const auto lock = proc::LockFile::try_acquire(lock_file);
    if (!lock || !*lock) continue;
    if (limits.is_busy && limits.is_busy(entry)) {
      fs::last_write_time(lock_file, used, failure);  // looking is not using
      continue;
    }
    if (const Status status = proc::remove_tree(entry); !status) {
      log::warning(status.error().message());
      continue;
    }
    fs::remove(lock_file, failure);
    removed.push_back(entry);
    --left;
  }
  if (!removed.empty()) remove_dangling_links(folder);
  return removed;
}

void keep_newest(const fs::path& folder, std::string_view extension, std::size_t count) {
  const std::vector<fs::path> files = by_age(folder, extension);
  std::error_code failure;
  for (std::size_t i = 0; i + count < files.size(); ++i)
    fs::remove(files[i], failure);
}

}  // namespace jarvis::agent
