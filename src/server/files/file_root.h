// The directory of uploaded files. Every path is opened relative to it by the kernel, which refuses to leave it or to
// follow a symbolic link. Thread-safe.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "proc/unique_fd.h"

namespace jarvis::server::files {

/// A path as it came, without leading slashes. Errors: not_found for "..", ".", empty parts, NUL, names over 255 bytes,
/// and what would lie in our own directory of unfinished uploads.
Result<std::string> checked_path(std::string_view path);

class FileRoot {
 public:
  static Result<FileRoot> open(const std::filesystem::path& directory);

  struct Opened {
    proc::UniqueFd fd;
    struct stat info{};
  };
  /// A regular file. Errors: not_found (also for a folder, a link, a path outside).
  Result<Opened> open_file(const std::string& path) const;

  /// An unfinished upload: appears under its path only by finish(), and leaves nothing when it is dropped.
  class Upload {
   public:
    Upload(Upload&& other) noexcept
        : root_(other.root_), fd_(std::move(other.fd_)), temporary_(std::exchange(other.temporary_, {})) {}
    ~Upload();
    Status write(std::string_view bytes);
    /// Syncs and moves it to its place, folders made on the way; an older file there is replaced.
    Status finish(const std::string& path);

   private:
    friend class FileRoot;
    Upload(const FileRoot& root, proc::UniqueFd fd, std::string temporary)
        : root_(&root), fd_(std::move(fd)), temporary_(std::move(temporary)) {}
    const FileRoot* root_;
    proc::UniqueFd fd_;
    std::string temporary_;
  };
  Result<Upload> begin_upload() const;

  /// Removes a file; with `folders` also a whole folder. Errors: not_found.
  enum class Folders : std::uint8_t { refused, removed };
  Status remove(const std::string& path, Folders folders) const;

  /// Removes a file that was written before `then`, and the folders that are empty without it. A newer one stays: it is
  /// another file of the same name. Errors: not_found, io.
  Status remove_older(const std::string& path, WallTime then) const;

 private:
  explicit FileRoot(proc::UniqueFd fd, std::filesystem::path directory)
      : fd_(std::move(fd)), directory_(std::move(directory)) {}
  Result<proc::UniqueFd> open_beneath(const std::string& path, int flags) const;
  Result<proc::UniqueFd> parent_of(const std::string& path, bool makes_it) const;

  proc::UniqueFd fd_;
  std::filesystem::path directory_;
};

}  // namespace jarvis::server::files
