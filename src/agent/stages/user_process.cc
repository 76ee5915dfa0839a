#include "agent/stages/user_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include <cstdlib>

#include "proc/files.h"

namespace jarvis::agent {
namespace {

using std::chrono::milliseconds;

// How late a stop is seen, and a process that ended while others hold its pipe.
constexpr int kTickMs = 100;
// A grandchild that holds the pipe after the end of the script is not waited for longer.
constexpr auto kLinger = milliseconds(500);

/// Kills for memory in this process's cgroup so far; 0 where that is not told.
std::int64_t memory_kills() {
  const auto own = proc::read_file("/proc/self/cgroup");
  if (!own) return 0;
  const auto at = own->find("0::");
  if (at == std::string::npos) return 0;
  const std::string path = own->substr(at + 3, own->find('\n', at) - at - 3);
  const auto events = proc::read_file("/sys/fs/cgroup" + path + "/memory.events");
  if (!events) return 0;
  const auto kills = events->find("oom_kill ");
  return kills == std::string::npos ? 0 : std::strtoll(events->c_str() + kills + 9, nullptr, 10);
}

/// False at the end of the stream.
bool pump(int fd, const std::function<void(std::string_view)>& output) {
  static thread_local std::string buffer(64U << 10, '\0');
  const ssize_t got = ::read(fd, buffer.data(), buffer.size());
  if (got > 0) output({buffer.data(), static_cast<std::size_t>(got)});
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

/// Asks once, then insists.
class Ending {
 public:
  Ending(proc::Child& child, const Clock& clock, milliseconds grace) : child_(child), clock_(clock), grace_(grace) {}
  void step() {
    if (!deadline_) {
      child_.signal_tree(SIGTERM);
      deadline_ = clock_.steady() + grace_;
    } else if (clock_.steady() >= *deadline_) {
      child_.signal_tree(SIGKILL);
    }
  }

 private:
  proc::Child& child_;
  const Clock& clock_;
  const milliseconds grace_;
  std::optional<SteadyTime> deadline_;
};

/// What the script left behind: orphans come to us, their subreaper.
void end_orphans() {
  for (const pid_t pid : proc::descendants(::getpid()))
    ::kill(pid, SIGKILL);
  proc::reap_orphans(-1);
}

void drain(int fd, const Clock& clock, const std::function<void(std::string_view)>& output) {
  const SteadyTime end = clock.steady() + kLinger;
  while (clock.steady() < end) {
    pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, kTickMs) > 0 && !pump(fd, output)) return;
  }
}

}  // namespace

Result<UserProcessEnd> run_user_process(const UserProcessOptions& options, const Clock& clock, std::stop_token stop) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno_error("make a pipe", errno);
  const proc::UniqueFd reader(ends[0]);
  proc::UniqueFd writer(ends[1]);
  ::fcntl(reader.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(reader.get(), F_SETPIPE_SZ, 1 << 20);  // a talkative script waits less often

  const std::int64_t kills_before = memory_kills();
  TRY(proc::Child child, proc::spawn({.argv = options.argv,
                                      .environment = options.environment,
                                      .directory = options.directory,
                                      .stdout_fd = writer.get(),
                                      .stderr_fd = writer.get()}));
  writer.reset();
  options.on_started(child.pid());

  Ending ending(child, clock, options.grace);
  std::optional<proc::ExitStatus> status;
  bool is_open = true;
  while (!status) {
    pollfd ready[2] = {{.fd = child.pidfd(), .events = POLLIN, .revents = 0},
                       {.fd = is_open ? reader.get() : -1, .events = POLLIN, .revents = 0}};
    if (::poll(ready, 2, kTickMs) < 0 && errno != EINTR) return errno_error("wait for the script", errno);
    if (ready[1].revents != 0) is_open = pump(reader.get(), options.output);
    if (stop.stop_requested()) ending.step();
    if (ready[0].revents != 0) {
      TRY(status, child.wait_for(milliseconds(0)));
    }
  }
  end_orphans();
  if (is_open) drain(reader.get(), clock, options.output);
  options.on_started(0);
  return UserProcessEnd{*status, memory_kills() > kills_before && status->signal == SIGKILL};
}

}  // namespace jarvis::agent
