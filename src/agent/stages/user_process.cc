#include "agent/stages/user_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include <cstdlib>

#include "proc/memory_kills.h"

namespace jarvis::agent {
namespace {

using std::chrono::milliseconds;

// How late a stop is seen, and a process that ended while others hold its pipe.
constexpr int kTickMs = 100;
// A grandchild that holds the pipe after the end of the script is not waited for longer.
constexpr auto kLinger = milliseconds(500);

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

  const std::int64_t kills_before = proc::memory_kills();
  TRY(proc::Child child, proc::spawn({.argv = options.argv,
                                      .environment = options.environment,
                                      .directory = options.directory,
                                      .stdout_fd = writer.get(),
                                      .stderr_fd = writer.get()}));
  writer.reset();
  options.on_started(child.pid());

  Ending ending(child, clock, options.grace);
  std::optional<proc::ExitStatus> status;
  const SteadyTime begin = clock.steady();
  bool is_open = true;
  bool is_over_time = false;
  while (!status) {
    pollfd ready[2] = {{.fd = child.pidfd(), .events = POLLIN, .revents = 0},
                       {.fd = is_open && (!options.has_room || options.has_room()) ? reader.get() : -1,
                        .events = POLLIN,
                        .revents = 0}};
    if (::poll(ready, 2, kTickMs) < 0 && errno != EINTR) return errno_error("wait for the script", errno);
    if (ready[1].revents != 0) is_open = pump(reader.get(), options.output);
    if (!is_over_time && options.time_max && clock.steady() - begin >= *options.time_max) is_over_time = true;
    if (is_over_time || stop.stop_requested()) ending.step();
    if (ready[0].revents != 0) {
      TRY(status, child.wait_for(milliseconds(0)));
    }
  }
  end_orphans();
  if (is_open) drain(reader.get(), clock, options.output);
  options.on_started(0);
  return UserProcessEnd{.status = *status,
                        .is_out_of_memory = proc::memory_kills() > kills_before && status->signal == SIGKILL,
                        .is_over_time = is_over_time};
}

}  // namespace jarvis::agent
