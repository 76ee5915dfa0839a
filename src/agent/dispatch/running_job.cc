#include "agent/dispatch/running_job.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace jarvis::agent {

Result<RunningJob> RunningJob::attach(JobRecord record) {
  proc::UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, record.job.pid, 0)));
  // Looked at after the descriptor is open: from here on the pid cannot become somebody else's.
  if (!pidfd || !record.job.is_alive()) return not_found("the job's process has ended");
  return RunningJob(std::move(record), std::move(pidfd));
}

bool RunningJob::wait_ended(std::chrono::milliseconds time) const {
  pollfd ready{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, static_cast<int>(time.count())) <= 0) return false;
  ::waitpid(record_.job.pid, nullptr, WNOHANG);
  return true;
}

void RunningJob::ask_to_stop() const {
  ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGTERM, nullptr, 0);
}

void RunningJob::kill() const {
  ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
}

}  // namespace jarvis::agent
