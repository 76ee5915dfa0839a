#include "proc/control_group.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <sstream>
#include <utility>

#include "proc/files.h"
#include "proc/unique_fd.h"

namespace jarvis::proc {
namespace {

// A killed process that waits in the kernel keeps its group; nobody waits for it for long.
constexpr int kLeaveTries = 100;
constexpr int kLeaveTickMs = 10;

/// "... /mount/point rw,relatime - cgroup2 cgroup2 rw": where version 2 is mounted, alone or beside version 1.
std::optional<fs::path> mount_point() {
  const auto mounts = read_file("/proc/self/mountinfo");
  std::istringstream lines(mounts.value_or(""));
  for (std::string line; std::getline(lines, line);) {
    if (line.find(" - cgroup2 ") == std::string::npos) continue;
    std::istringstream words(line);
    std::string id, parent, device, root, point;
    words >> id >> parent >> device >> root >> point;
    // Of a mount that shows only a part of the tree, paths in /proc do not lead anywhere.
    if (root == "/") return fs::path(point);
  }
  return std::nullopt;
}

/// Ours, by the line "0::/path".
std::optional<fs::path> own_group() {
  const auto mount = mount_point();
  const auto groups = read_file("/proc/self/cgroup");
  std::istringstream lines(groups.value_or(""));
  for (std::string line; mount && std::getline(lines, line);)
    if (line.starts_with("0::/")) return *mount / line.substr(4);
  return std::nullopt;
}

Status write_word(const fs::path& file, const std::string& word) {
  const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return errno_error("open " + file.string(), errno);
  if (::write(fd.get(), word.data(), word.size()) < 0) return errno_error("write " + file.string(), errno);
  return {};
}

}  // namespace

Result<ControlGroup> ControlGroup::make(const std::string& name) {
  const auto own = own_group();
  if (!own) return Error(ErrorCode::unsupported, "there are no control groups of version 2 here");
  const fs::path directory = *own / name;
  if (::mkdir(directory.c_str(), 0755) != 0)
    return Error(ErrorCode::unsupported, errno_error("make the control group " + directory.string(), errno).message());
  ControlGroup group(directory);
  // Older kernels (before 5.14) have groups and cannot kill one.
  if (::access((directory / "cgroup.kill").c_str(), W_OK) != 0)
    return Error(ErrorCode::unsupported, "this kernel cannot kill a control group");
  return group;
}

Result<ControlGroup> ControlGroup::find(const std::string& name) {
  const auto own = own_group();
  if (!own || ::access((*own / name / "cgroup.kill").c_str(), W_OK) != 0) return not_found("no group " + name);
  return ControlGroup(*own / name);
}

std::string ControlGroup::name_for(pid_t pid, std::uint64_t start_time) {
  return "jarvis-" + std::to_string(pid) + "-" + std::to_string(start_time);
}

ControlGroup::ControlGroup(ControlGroup&& other) noexcept : directory_(std::exchange(other.directory_, {})) {}

ControlGroup& ControlGroup::operator=(ControlGroup&& other) noexcept {
  std::swap(directory_, other.directory_);
  return *this;
}

ControlGroup::~ControlGroup() {
  if (directory_.empty()) return;
  kill();
  for (int i = 0; i < kLeaveTries && ::rmdir(directory_.c_str()) != 0 && errno == EBUSY; ++i)
    ::poll(nullptr, 0, kLeaveTickMs);
}

Status ControlGroup::add(pid_t pid) const {
  return write_word(directory_ / "cgroup.procs", std::to_string(pid));
}

void ControlGroup::kill() const {
  // Fails when the group is gone, and then nobody is in it.
  (void)write_word(directory_ / "cgroup.kill", "1");
}

}  // namespace jarvis::proc
