// The daemons of this machine's user: a file each in ~/.jarvis/daemons, locked while its daemon lives.
#pragma once

#include "agent/gpu/visible.h"
#include "agent/job/journal.h"
#include "agent/settings.h"
#include "proc/files.h"

namespace jarvis::agent {

struct DaemonEntry {
  std::string worker;
  ProcessName process;
  std::string log_file;                // "" in the foreground
  std::vector<std::string> arguments;  // its command line, see DaemonFlags::to_arguments()
  std::string gpus;                    // as it was told, also by variables; "" not at all

  std::string command_line() const;
};

/// This daemon's place: its worker name and the lock on it. Freed with the object.
class DaemonSeat {
 public:
  /// agent.worker_id; else by the GPUs that were asked for, "<name>:gpu0,1" ("dgpu0-3" when they are given out); else
  /// "<name>:<first free number>", "<name>:cpu:<number>" without GPUs. <name> is agent.worker_name or the host's.
  /// Errors: conflict (a daemon with that id runs already), io.
  static Result<DaemonSeat> take(const AgentSettings& settings, const VisibleGpus& gpus, bool is_dynamic);

  const std::string& worker() const { return worker_; }
  /// Makes it known to others: by then it is registered.
  Status announce(DaemonEntry entry) const;

 private:
  DaemonSeat(std::string worker, proc::fs::path file, proc::LockFile lock)
      : worker_(std::move(worker)), file_(std::move(file)), lock_(std::move(lock)) {}
  static Result<std::optional<DaemonSeat>> try_take(const proc::fs::path& folder, const std::string& worker);

  std::string worker_;
  proc::fs::path file_;
  proc::LockFile lock_;
};

/// Those that live, by worker id.
std::vector<DaemonEntry> running_daemons(const AgentSettings& settings);
std::string host_name();

}  // namespace jarvis::agent
