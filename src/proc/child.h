// A child process in a session of its own, with a pidfd, ended as a whole tree. One owner thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "proc/environment.h"
#include "proc/unique_fd.h"

namespace jarvis::proc {

/// How a process ended.
struct ExitStatus {
  int code = 0;    // of exit(), when signal is 0
  int signal = 0;  // the signal that killed it
  bool core_dumped = false;

  bool is_success() const { return code == 0 && signal == 0; }
  std::string to_text() const;  // "exit code 3", "signal 9 (Killed)"
};

struct SpawnOptions {
  std::vector<std::string> argv;  // argv[0] is looked up on the environment's PATH
  Environment environment;
  std::string directory;  // empty: ours
  // Descriptors that become 0, 1, 2 of the child; -1 is /dev/null for stdin and "ours" for the other two.
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  // true: a session of its own, so that the signals of our terminal do not reach it and its group can be killed whole.
  bool own_session = true;
};

/// Move-only. Destroyed while the process runs: kills the tree and logs an error with the command.
class Child {
 public:
  Child() = default;
  Child(Child&&) noexcept = default;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  pid_t pid() const { return pid_; }
  /// Readable when the process has ended: for poll().
  int pidfd() const { return pidfd_.get(); }
  bool is_running() const { return static_cast<bool>(pidfd_); }

  /// Waits until the process ends or `timeout` is over (then nothing).
  Result<std::optional<ExitStatus>> wait_for(std::chrono::milliseconds timeout);
  Result<ExitStatus> wait();
  /// Sends `signal` to the process's group and to its descendants that left the group.
  void signal_tree(int signal);
  /// SIGTERM to the tree, up to `grace` for it to end, then SIGKILL to what is left. The status is the process's own.
  Result<ExitStatus> terminate(std::chrono::milliseconds grace);
  /// Lets it run on without us: nothing is killed when this object goes away.
  pid_t detach();

 private:
  friend Result<Child> spawn(const SpawnOptions& options);
  pid_t pid_ = -1;
  UniqueFd pidfd_;
  std::string command_;
};

/// Errors: not_found (no such program or directory), exhausted, io. The message names the program.
Result<Child> spawn(const SpawnOptions& options);

/// Makes this process the parent of orphaned descendants, so that signal_tree and reap_orphans reach a tree whose
/// middle has ended. Call once in a job process.
Status become_subreaper();
/// Collects ended descendants that are nobody's child any more. Never touches `except` (a live Child's pid).
void reap_orphans(pid_t except);
/// All living descendants of `root`, deepest last.
std::vector<pid_t> descendants(pid_t root);

/// When the process was started, in clock ticks since boot: together with the pid it names a process for good.
std::optional<std::uint64_t> start_time_of(pid_t pid);

}  // namespace jarvis::proc
