// The daemons of this machine's user: a file each in ~/.jarvis/daemons, locked while its daemon lives.
#pragma once

#include "agent/settings.h"
#include "proc/files.h"

namespace jarvis::agent {

struct DaemonEntry {
  std::string worker;
  pid_t pid = 0;
  std::string log_file;  // "" in the foreground
  std::vector<std::string> queues;
};

/// This daemon's place: its worker name and the lock on it. Freed with the object.
class DaemonSeat {
 public:
  /// agent.worker_id, else "<host or agent.worker_name>:<first free number>". Errors: conflict (a daemon with that id
  /// runs already), io.
  static Result<DaemonSeat> take(const AgentSettings& settings);

  const std::string& worker() const { return worker_; }
  Status announce(const std::string& log_file, const std::vector<std::string>& queues) const;

 private:
  DaemonSeat(std::string worker, proc::fs::path file, proc::LockFile lock)
      : worker_(std::move(worker)), file_(std::move(file)), lock_(std::move(lock)) {}
  std::string worker_;
  proc::fs::path file_;
  proc::LockFile lock_;
};

/// Those that live.
std::vector<DaemonEntry> running_daemons(const AgentSettings& settings);
std::string host_name();

}  // namespace jarvis::agent
