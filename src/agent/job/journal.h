// What a worker has under way, on disk: so that a daemon that was killed finds its jobs again. One file a run; written
// by the daemon when it takes the task, then by the job's process itself. Durable when a call returns.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace jarvis::agent {

/// A process, named for good: pids are used again.
struct ProcessName {
  pid_t pid = 0;
  std::uint64_t start_time = 0;

  bool is_alive() const;
};
/// The name of a process that lives now; pid 0 when there is none.
ProcessName name_process(pid_t pid);

struct JobRecord {
  std::string task;
  std::string run;  // tells the runs of a task apart
  std::string queue;
  std::string worker;
  std::int64_t epoch = 0;           // of the lease; 0: none
  std::filesystem::path directory;  // of the job: spool, code, its own log
  ProcessName job;                  // `jarvis-agent execute`; pid 0: not started yet
  ProcessName script;               // the user's process, while it runs
  std::string outcome;              // reason; "": not ended. Set when the server knows it.
};

class Journal {
 public:
  /// The journal of one daemon, by its worker's name.
  Journal(const std::filesystem::path& home, const std::string& worker);
  /// Those of all daemons that this home has seen.
  static std::vector<Journal> all_of(const std::filesystem::path& home);

  Status put(const JobRecord& record) const;
  /// As it is now: the run's own process writes it, too.
  Result<JobRecord> get(const JobRecord& record) const;
  Status remove(const JobRecord& record) const;
  /// Files that do not read are left out, after a line in the log.
  std::vector<JobRecord> all() const;

  const std::filesystem::path& directory() const { return directory_; }
  /// As a file name.
  std::string owner() const { return directory_.filename(); }

 private:
  explicit Journal(std::filesystem::path directory) : directory_(std::move(directory)) {}
  std::filesystem::path file_of(const JobRecord& record) const;

  std::filesystem::path directory_;
};

/// A worker's name as a file name.
std::string file_name_of(const std::string& worker);

}  // namespace jarvis::agent
