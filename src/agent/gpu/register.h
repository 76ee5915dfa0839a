// The shares of all daemons of this home, in one file under one lock: the same device is never given out twice, also
// by two daemons, and a killed daemon's jobs keep what they have. A share lives as long as the process that holds it.
#pragma once

#include <filesystem>
#include <functional>

#include "agent/gpu/ledger.h"

namespace jarvis::agent {

/// One thread; safe beside other processes.
class GpuRegister {
 public:
  /// `devices`: those that this daemon may give out.
  GpuRegister(std::filesystem::path home, std::vector<std::string> devices)
      : folder_(home / "gpus"), devices_(std::move(devices)) {}

  const std::vector<std::string>& devices() const { return devices_; }
  /// What others compute on, asked at each use; none unless set.
  void set_foreign(std::function<std::set<std::string>()> foreign) { foreign_ = std::move(foreign); }

  /// Which of these shapes could be had now.
  Result<std::vector<bool>> have_room(const std::vector<GpuShape>& shapes) const;
  /// For `task`, held by this process until hand_over(). Nothing: too little is free.
  Result<std::optional<GpuShare>> take(const std::string& task, const GpuShape& shape);
  /// From now on it lives as long as `process` (a job's).
  Status hand_over(const std::string& task, pid_t process);
  Status give_back(const std::string& task);
  Result<std::optional<GpuShare>> share_of(const std::string& task) const;
  /// Each share that is held now, by task.
  Result<std::map<std::string, GpuShare>> all() const;

 private:
  struct Entry {
    GpuShare share;
    pid_t pid = 0;
    std::uint64_t start_time = 0;
  };
  using Entries = std::map<std::string, Entry>;
  Entries read() const;
  Status write(const Entries& entries) const;
  GpuLedger ledger_of(const Entries& entries) const;
  Status change(const std::function<void(Entries&)>& edit) const;

  const std::filesystem::path folder_;
  const std::vector<std::string> devices_;
  std::function<std::set<std::string>()> foreign_;
};

}  // namespace jarvis::agent
