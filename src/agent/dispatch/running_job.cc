#include "agent/dispatch/running_job.h"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>

#include "proc/proc_table.h"

namespace jarvis::agent {

Result<RunningJob> RunningJob::attach(const ProcessName& process) {
  proc::UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  // Looked at after the descriptor is open: from here on the pid cannot become somebody else's.
  if (!pidfd || !process.is_alive()) return not_found("the job's process has ended");
  return RunningJob(process.pid, std::move(pidfd));
}

bool RunningJob::wait_ended(std::chrono::milliseconds time) const {
  pollfd ready{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, static_cast<int>(time.count())) <= 0) return false;
  ::waitpid(pid_, nullptr, WNOHANG);
  return true;
}

void RunningJob::signal(int number) const {
  ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0);
}

ProcessName find_job(const std::string& daemon, const std::string& task) {
  const auto pid = proc::find_process([&](const std::vector<std::string>& argv) {
    const auto has = [&](const char* flag, const std::string& value) {
      const auto at = std::ranges::find(argv, flag);
      return at != argv.end() && std::next(at) != argv.end() && *std::next(at) == value;
    };
    return argv.size() > 1 && argv[1] == "execute" && has("--daemon", daemon) && has("--id", task);
  });
  return pid ? name_process(*pid) : ProcessName{};
}

}  // namespace jarvis::agent
