// Files written so that a crash leaves the old or the new, locks that die with their process, temporary directories.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "proc/unique_fd.h"

namespace jarvis::proc {

namespace fs = std::filesystem;

/// Writes beside `path`, syncs, renames over it, syncs the directory. Durable when it returns.
Status write_file_durably(const fs::path& path, std::string_view content, mode_t mode = 0600);
Result<std::string> read_file(const fs::path& path);
/// Makes the directory and its parents; `mode` for those that it makes.
Status make_directories(const fs::path& path, mode_t mode = 0755);
/// Removes a tree; what is not there is fine.
Status remove_tree(const fs::path& path);

/// An advisory lock on a file (flock). Freed when this object or the process goes away. Move-only. The file's time of
/// change is that of its last taking. Its holder may remove the file: who waits for it takes the new one.
class LockFile {
 public:
  enum class Kind : std::uint8_t { exclusive, shared };
  /// Waits for the lock. Errors: cancelled, when `stop` comes first.
  static Result<LockFile> acquire(const fs::path& path, const std::stop_token& stop = {}, Kind kind = Kind::exclusive);
  /// Waits for the lock alone, or until `is_needless` says true: then nothing.
  static Result<std::optional<LockFile>> acquire_unless(const fs::path& path, const std::function<bool()>& is_needless,
                                                        const std::stop_token& stop = {});
  /// Nothing when someone else holds it.
  static Result<std::optional<LockFile>> try_acquire(const fs::path& path, Kind kind = Kind::exclusive);

 private:
  explicit LockFile(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

/// A directory that goes away with this object, with all that is in it. Move-only.
class TempDir {
 public:
  static Result<TempDir> make(const fs::path& parent, std::string_view prefix);
  TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TempDir& operator=(TempDir&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~TempDir();

  const fs::path& path() const { return path_; }
  /// Keeps the directory: it is no longer ours.
  fs::path release() { return std::exchange(path_, {}); }

 private:
  explicit TempDir(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

}  // namespace jarvis::proc
