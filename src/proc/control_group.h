// Control groups (version 2) of the kernel: processes that cannot get out of one by forking, ended by a single write.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace jarvis::proc {

/// Move-only. Destroyed: what is left in it is killed, and the group goes.
class ControlGroup {
 public:
  /// Below the group that we are in. Errors: unsupported (the kernel has none, or this one is not ours to divide: the
  /// rule in containers).
  static Result<ControlGroup> make(const std::string& name);
  /// One that another process made and left. Errors: not_found.
  static Result<ControlGroup> find(const std::string& name);
  /// For the children of one process, of which there is never a second one with that name.
  static std::string name_for(pid_t pid, std::uint64_t start_time);

  ControlGroup(ControlGroup&& other) noexcept;
  ControlGroup& operator=(ControlGroup&& other) noexcept;
  ~ControlGroup();

  /// The process is in it, and so is all that it starts from now on.
  Status add(pid_t pid) const;
  /// SIGKILL to all that are in it, also those that are being born.
  void kill() const;

 private:
  explicit ControlGroup(std::filesystem::path directory) : directory_(std::move(directory)) {}
  std::filesystem::path directory_;
};

}  // namespace jarvis::proc
