#include "proc/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>

#include "base/ids.h"
#include "base/log.h"

namespace jarvis::proc {
namespace {

constexpr auto kLockRetry = std::chrono::milliseconds(50);

Status write_all(int fd, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t size = ::write(fd, content.data(), content.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno_error("write " + path.string(), errno);
    content.remove_prefix(static_cast<std::size_t>(size));
  }
  return {};
}

void sync_directory(const fs::path& directory) {
  const UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd) ::fsync(fd.get());
}

Result<UniqueFd> open_lock(const fs::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return errno_error("open lock file " + path.string(), errno);
  return fd;
}

/// False when somebody removed the file between our opening it and our locking it.
bool is_still_at(int fd, const fs::path& path) {
  struct stat ours = {};
  struct stat there = {};
  return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &there) == 0 && ours.st_ino == there.st_ino &&
         ours.st_dev == there.st_dev;
}

}  // namespace

Status write_file_durably(const fs::path& path, std::string_view content, mode_t mode) {
  const fs::path beside = path.string() + "." + random_id().substr(0, 8) + ".new";
  UniqueFd fd(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd) return errno_error("create " + beside.string(), errno);
  Status status = write_all(fd.get(), content, beside);
  if (status && ::fsync(fd.get()) != 0) status = errno_error("sync " + beside.string(), errno);
  if (status && ::rename(beside.c_str(), path.c_str()) != 0) status = errno_error("rename to " + path.string(), errno);
  if (!status) {
    ::unlink(beside.c_str());
    return status;
  }
  sync_directory(path.parent_path().empty() ? "." : path.parent_path());
  return {};
}

Result<std::string> read_file(const fs::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return errno_error("open " + path.string(), errno);
  std::string out;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t size = ::read(fd.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno_error("read " + path.string(), errno);
    if (size == 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

Status make_directories(const fs::path& path, mode_t mode) {
  if (path.empty() || ::mkdir(path.c_str(), mode) == 0) return {};
  if (errno == EEXIST) {
    std::error_code failure;
    if (fs::is_directory(path, failure)) return {};
    return errno_error("make directory " + path.string(), ENOTDIR);
  }
  if (errno != ENOENT) return errno_error("make directory " + path.string(), errno);
  CHECK_OK(make_directories(path.parent_path(), mode));
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return errno_error("make directory " + path.string(), errno);
  return {};
}

Status remove_tree(const fs::path& path) {
  std::error_code failure;
  fs::remove_all(path, failure);
  if (failure) return errno_error("remove " + path.string(), failure.value());
  return {};
}

namespace {

/// flock cannot be woken by us: asked for again and again, so that who is stopped while another fetches ends at once.
Result<std::optional<LockFile>> wait_for_lock(const fs::path& path, LockFile::Kind kind,
                                              const std::function<bool()>& is_needless, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock guard(mutex);
  while (!stop.stop_requested()) {
    TRY(auto lock, LockFile::try_acquire(path, kind));
    if (lock) return lock;
    if (is_needless && is_needless()) return std::optional<LockFile>();
    woken.wait_for(guard, stop, kLockRetry, [] { return false; });
  }
  return Error(ErrorCode::cancelled, "stopped while waiting for the lock " + path.string());
}

}  // namespace

Result<LockFile> LockFile::acquire(const fs::path& path, const std::stop_token& stop, Kind kind) {
  auto lock = wait_for_lock(path, kind, {}, stop);
  if (!lock) return std::move(lock).error();
  return std::move(**lock);
}

Result<std::optional<LockFile>> LockFile::acquire_unless(const fs::path& path, const std::function<bool()>& is_needless,
                                                         const std::stop_token& stop) {
  return wait_for_lock(path, Kind::exclusive, is_needless, stop);
}

Result<std::optional<LockFile>> LockFile::try_acquire(const fs::path& path, Kind kind) {
  while (true) {
    TRY(UniqueFd fd, open_lock(path));
    if (::flock(fd.get(), (kind == Kind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return std::optional<LockFile>();
      return errno_error("lock " + path.string(), errno);
    }
    if (!is_still_at(fd.get(), path)) continue;
    ::futimens(fd.get(), nullptr);
    return std::optional(LockFile(std::move(fd)));
  }
}

Result<TempDir> TempDir::make(const fs::path& parent, std::string_view prefix) {
  CHECK_OK(make_directories(parent));
  std::string pattern = (parent / (std::string(prefix) + "XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr)
    return errno_error("make a temporary directory in " + parent.string(), errno);
  return TempDir(fs::path(pattern));
}

TempDir::~TempDir() {
  if (path_.empty()) return;
  if (const Status status = remove_tree(path_); !status) log::warning(status.error().message());
}

}  // namespace jarvis::proc
