#include "server/files/file_root.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>

#include "base/clock.h"
#include "base/ids.h"
#include "proc/files.h"

namespace jarvis::server::files {
namespace {

constexpr const char* kTemporary = ".uploads";

std::string parent_path(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}
std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

Result<std::string> checked_path(std::string_view path) {
  while (path.starts_with('/'))
    path.remove_prefix(1);
  const Error refused = not_found("there is no such path");
  if (path.empty() || path.size() > 4096 || path.find('\0') != std::string_view::npos) return refused;
  for (std::size_t from = 0; from <= path.size();) {
    const auto end = std::min(path.find('/', from), path.size());
    const std::string_view part = path.substr(from, end - from);
    if (part.empty() || part == "." || part == ".." || part.size() > 255) return refused;
    if (from == 0 && part == kTemporary) return refused;
    from = end + 1;
  }
  return std::string(path);
}

Result<FileRoot> FileRoot::open(const std::filesystem::path& directory) {
  // What a crash left of unfinished uploads goes at the start.
  CHECK_OK(proc::remove_tree(directory / kTemporary));
  CHECK_OK(proc::make_directories(directory / kTemporary, 0700));
  proc::UniqueFd fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return errno_error("open " + directory.string(), errno);
  return FileRoot(std::move(fd), directory);
}

Result<proc::UniqueFd> FileRoot::open_beneath(const std::string& path, int flags) const {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  proc::UniqueFd fd(static_cast<int>(::syscall(SYS_openat2, fd_.get(), path.c_str(), &how, sizeof how)));
  if (!fd) {
    if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == EXDEV || errno == ENAMETOOLONG)
      return not_found("there is no such file");
    return errno_error("open a file", errno);
  }
  return fd;
}

Result<FileRoot::Opened> FileRoot::open_file(const std::string& path) const {
  Opened opened;
  TRY(opened.fd, open_beneath(path, O_RDONLY | O_NONBLOCK));
  if (::fstat(opened.fd.get(), &opened.info) != 0) return errno_error("stat a file", errno);
  if (!S_ISREG(opened.info.st_mode)) return not_found("there is no such file");
  return opened;
}

Result<proc::UniqueFd> FileRoot::parent_of(const std::string& path, bool makes_it) const {
  const std::string folder = parent_path(path);
  auto fd = open_beneath(folder, O_PATH | O_DIRECTORY);
  if (fd || !makes_it || fd.error().code() != ErrorCode::not_found) return fd;
  TRY(const proc::UniqueFd above, parent_of(folder, true));
  if (::mkdirat(above.get(), base_name(folder).c_str(), 0700) != 0 && errno != EEXIST)
    return errno_error("make a folder", errno);
  return open_beneath(folder, O_PATH | O_DIRECTORY);
}

Result<FileRoot::Upload> FileRoot::begin_upload() const {
  const std::string name = std::string(kTemporary) + "/" + random_id();
  proc::UniqueFd fd(::openat(fd_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return errno_error("begin an upload", errno);
  return Upload(*this, std::move(fd), name);
}

FileRoot::Upload::~Upload() {
  if (!temporary_.empty()) ::unlinkat(root_->fd_.get(), temporary_.c_str(), 0);
}

Status FileRoot::Upload::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(fd_.get(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno_error("store an upload", errno);
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return {};
}

Status FileRoot::Upload::finish(const std::string& path) {
  // The kernel's own times lag by some milliseconds: remove_older() must be able to tell before from after.
  const std::int64_t now_us = SystemClock().wall().us;
  const std::array<timespec, 2> times{timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT},
                                      timespec{.tv_sec = now_us / 1'000'000, .tv_nsec = now_us % 1'000'000 * 1000}};
  if (::futimens(fd_.get(), times.data()) != 0) return errno_error("store an upload", errno);
  if (::fsync(fd_.get()) != 0) return errno_error("store an upload", errno);
  TRY(proc::UniqueFd folder, root_->parent_of(path, true));
  const auto put_there = [&] {
    return ::renameat(root_->fd_.get(), temporary_.c_str(), folder.get(), base_name(path).c_str()) == 0;
  };
  if (!put_there()) {
    if (errno != ENOENT) return errno_error("store an upload", errno);
    // The folder was empty, and remove_older() took it away just now.
    TRY(folder, root_->parent_of(path, true));
    if (!put_there()) return errno_error("store an upload", errno);
  }
  temporary_.clear();
  const proc::UniqueFd synced(::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (synced) ::fsync(synced.get());
  return {};
}

Status FileRoot::remove(const std::string& path, Folders folders) const {
  TRY(const proc::UniqueFd folder, parent_of(path, false));
  const std::string name = base_name(path);
  struct stat info{};
  if (::fstatat(folder.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return not_found("there is no such file");
  // We make no links: one that is there was put by somebody else, and is not ours to touch.
  if (S_ISLNK(info.st_mode)) return not_found("there is no such file");
  if (!S_ISDIR(info.st_mode)) {
    if (::unlinkat(folder.get(), name.c_str(), 0) != 0) return errno_error("delete a file", errno);
    return {};
  }
  if (folders == Folders::refused) return not_found("there is no such file");
  // Taken out of the tree first: from then on nobody reaches it, however long the deletion takes.
  const std::string away = std::string(kTemporary) + "/" + random_id();
  if (::renameat(folder.get(), name.c_str(), fd_.get(), away.c_str()) != 0)
    return errno_error("delete a folder", errno);
  return proc::remove_tree(directory_ / away);
}

Status FileRoot::remove_older(const std::string& path, WallTime then) const {
  TRY(const std::string checked, checked_path(path));
  {
    TRY(const proc::UniqueFd folder, parent_of(checked, false));
    struct stat info{};
    if (::fstatat(folder.get(), base_name(checked).c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
      return not_found("there is no such file");
    if (!S_ISREG(info.st_mode)) return not_found("there is no such file");
    const std::int64_t written_us = std::int64_t{info.st_mtim.tv_sec} * 1'000'000 + info.st_mtim.tv_nsec / 1000;
    if (written_us > then.us) return {};
    if (::unlinkat(folder.get(), base_name(checked).c_str(), 0) != 0) return errno_error("delete a file", errno);
  }
  for (std::string folder = parent_path(checked); !folder.empty() && folder != "."; folder = parent_path(folder)) {
    TRY(const proc::UniqueFd above, parent_of(folder, false));
    if (::unlinkat(above.get(), base_name(folder).c_str(), AT_REMOVEDIR) != 0) break;  // something else is in it
  }
  return {};
}

}  // namespace jarvis::server::files
