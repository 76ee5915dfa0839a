#include "agent/stages/user_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>

#include "proc/control_group.h"
#include "proc/memory_kills.h"

namespace jarvis::agent {
namespace {

using std::chrono::milliseconds;

// How late a stop is seen, and a process that ended while others hold its pipe.
constexpr int kTickMs = 100;
// A process that waits in the kernel for a disk or a network cannot be ended.
constexpr auto kEndingMax = std::chrono::seconds(10);
// What the script started and let go becomes ours; where it ends before the script, it must not stay as a zombie.
constexpr auto kReapEvery = std::chrono::seconds(1);
// A grandchild that holds the pipe after the end of the script is not waited for longer.
constexpr auto kLinger = milliseconds(500);

/// False at the end of the stream.
bool pump(int fd, const std::function<void(std::string_view)>& output) {
  static thread_local std::string buffer(64U << 10, '\0');
  const ssize_t got = ::read(fd, buffer.data(), buffer.size());
  if (got > 0) output({buffer.data(), static_cast<std::size_t>(got)});
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

/// What the script started and let go: whose parents have ended comes to us, its subreaper.
std::vector<pid_t> strays_of(pid_t script) {
  std::vector<pid_t> out;
  const std::vector<pid_t> below = proc::descendants(script);
  for (const pid_t pid : proc::descendants(::getpid()))
    if (pid != script && std::ranges::find(below, pid) == below.end()) out.push_back(pid);
  return out;
}

/// Asks once, then insists.
class Ending {
 public:
  Ending(proc::Child& child, const proc::ControlGroup* group, const UserProcessOptions& options, const Clock& clock)
      : child_(child),
        group_(group),
        signal_(options.signal),
        hurry_(options.hurry),
        clock_(clock),
        grace_(options.grace) {}
  void step() {
    if (!has_begun_) {
      ask();
      has_begun_ = true;
      deadline_ = clock_.steady() + grace_;
    } else if (is_over()) {
      insist();
    }
  }
  bool has_grace_left() const { return has_begun_ && !is_over(); }

 private:
  bool is_over() const { return hurry_.stop_requested() || clock_.steady() >= deadline_; }
  void ask() {
    if (signal_) return signal_(SIGTERM);
    // Each hears of it once: many take a second SIGTERM for an order to leave all as it is. Those that kept the
    // script's process group hear of it with that.
    for (const pid_t pid : strays_of(child_.pid()))
      if (::getpgid(pid) != child_.pid()) ::kill(pid, SIGTERM);
    child_.signal_tree(SIGTERM);
  }
  void insist() {
    if (group_ != nullptr) group_->kill();
    if (signal_) signal_(SIGKILL);
    // Where that ended nothing (the engine is away), at least nobody waits for it.
    child_.signal_tree(SIGKILL);
  }
  proc::Child& child_;
  const proc::ControlGroup* group_;
  const std::function<void(int)>& signal_;
  const std::stop_token hurry_;
  const Clock& clock_;
  const milliseconds grace_;
  bool has_begun_ = false;
  SteadyTime deadline_;
};

/// A file without a name that holds the text, to be read from its beginning.
Result<proc::UniqueFd> input_file(const std::string& text) {
  if (text.empty()) return proc::UniqueFd();
  proc::UniqueFd file(::memfd_create("input", MFD_CLOEXEC));
  if (!file) return errno_error("make a file in memory", errno);
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t size = ::write(file.get(), rest.data(), rest.size());
    if (size < 0) return errno_error("write a file in memory", errno);
    rest.remove_prefix(static_cast<std::size_t>(size));
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

/// Runs beside the script, which does not know yet that it is to end; its output is the script's. What goes wrong with
/// it is told there, too: nobody else hears of it.
class LastCommand {
 public:
  LastCommand(const UserProcessOptions& options, const Clock& clock)
      : command_(options.at_stop), hurry_(options.hurry), say_(options.output), clock_(clock) {}

  /// Begins when it is called first. True when it is over, or there is none.
  bool is_over(int output_fd) {
    if (!command_ || is_over_) return true;
    if (!end_ && hurry_.stop_requested()) return is_over_ = true;
    if (!end_) begin(output_fd);
    if (!child_.is_running()) return is_over_ = true;  // it could not be started
    const auto ended = child_.wait_for(milliseconds(0));
    if (ended && !*ended && clock_.steady() < *end_ && !hurry_.stop_requested()) return false;
    if (ended && *ended) {
      if (!(*ended)->is_success()) tell("ended with " + (*ended)->to_text());
    } else {
      tell(hurry_.stop_requested() ? "was ended: nobody waits for it any more" : "took too long and was ended");
      (void)child_.terminate(milliseconds(0));
    }
    return is_over_ = true;
  }

 private:
  void begin(int output_fd) {
    end_ = clock_.steady() + command_->time_max;
    const auto input = input_file(command_->input);
    if (!input) return tell(input.error().message());
    auto child = proc::spawn({.argv = command_->argv,
                              .environment = command_->environment,
                              .directory = command_->directory,
                              .stdin_fd = input->get(),
                              .stdout_fd = output_fd,
                              .stderr_fd = output_fd});
    if (!child) return tell(child.error().message());
    child_ = std::move(*child);
  }
  void tell(const std::string& what) const { say_("[jarvis] the command before the abort: " + what + "\n"); }

  const std::optional<StopCommand>& command_;
  const std::stop_token hurry_;
  const std::function<void(std::string_view)>& say_;
  const Clock& clock_;
  proc::Child child_;
  std::optional<SteadyTime> end_;
  bool is_over_ = false;
};

/// For the script and all that it starts, where the kernel has groups that are ours to make.
std::optional<proc::ControlGroup> group_for(const proc::Child& child) {
  const auto start_time = proc::start_time_of(::getpid());
  auto group = proc::ControlGroup::make(proc::ControlGroup::name_for(::getpid(), start_time.value_or(0)));
  if (!group || !group->add(child.pid())) return std::nullopt;
  return std::move(*group);
}

/// What the script left behind and no group held: orphans come to us, their subreaper. Processes that breed faster than
/// one by one can be killed are all made to stand still first.
void end_orphans(const Clock& clock) {
  const SteadyTime end = clock.steady() + kEndingMax;
  for (auto all = proc::descendants(::getpid()); !all.empty(); all = proc::descendants(::getpid())) {
    for (std::size_t before = 0; before != all.size();) {
      before = all.size();
      for (const pid_t pid : all)
        ::kill(pid, SIGSTOP);
      all = proc::descendants(::getpid());
    }
    for (const pid_t pid : all)
      ::kill(pid, SIGKILL);
    proc::reap_orphans(-1);
    if (clock.steady() >= end) return;
    ::poll(nullptr, 0, 1);  // they take a moment to go
  }
}

/// The script has ended as it was asked to; what it started was asked, too, and may still be saving.
bool await_others(int fd, bool is_open, const Ending& ending, const std::function<void(std::string_view)>& output) {
  while (ending.has_grace_left()) {
    proc::reap_orphans(-1);
    if (proc::descendants(::getpid()).empty()) break;
    pollfd ready{.fd = is_open ? fd : -1, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, kTickMs) > 0) is_open = pump(fd, output);
  }
  return is_open;
}

/// What the pipe holds at the end is the script's, however long a busy machine takes to read it.
void drain(int fd, const Clock& clock, const std::function<void(std::string_view)>& output) {
  int left = 0;
  ::ioctl(fd, FIONREAD, &left);
  const auto counted = [&](std::string_view text) {
    left -= static_cast<int>(text.size());
    output(text);
  };
  const SteadyTime end = clock.steady() + kLinger;
  while (left > 0 || clock.steady() < end) {
    pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, kTickMs) > 0 && !pump(fd, counted)) return;
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

  TRY(const proc::UniqueFd input, input_file(options.input));
  const std::int64_t kills_before = proc::memory_kills();
  TRY(proc::Child child, proc::spawn({.argv = options.argv,
                                      .environment = options.environment,
                                      .directory = options.directory,
                                      .stdin_fd = input.get(),
                                      .stdout_fd = writer.get(),
                                      .stderr_fd = writer.get()}));
  // Kept where there is something that may still write.
  if (!options.at_stop) writer.reset();
  std::optional<proc::ControlGroup> group;
  if (options.has_group && !options.signal) group = group_for(child);
  options.on_started(child.pid());

  LastCommand last(options, clock);
  Ending ending(child, group ? &*group : nullptr, options, clock);
  std::optional<proc::ExitStatus> status;
  const SteadyTime begin = clock.steady();
  SteadyTime next_reaping = begin + kReapEvery;
  bool is_open = true;
  bool is_over_time = false;
  while (!status) {
    pollfd ready[2] = {{.fd = child.pidfd(), .events = POLLIN, .revents = 0},
                       {.fd = is_open && (!options.has_room || options.has_room()) ? reader.get() : -1,
                        .events = POLLIN,
                        .revents = 0}};
    if (::poll(ready, 2, kTickMs) < 0 && errno != EINTR) return errno_error("wait for the script", errno);
    if (!options.signal && clock.steady() >= next_reaping) {
      proc::reap_orphans(child.pid());
      next_reaping = clock.steady() + kReapEvery;
    }
    if (ready[1].revents != 0) is_open = pump(reader.get(), options.output);
    if (!is_over_time && options.time_max && clock.steady() - begin >= *options.time_max) is_over_time = true;
    if ((is_over_time || stop.stop_requested()) && last.is_over(writer.get())) ending.step();
    if (ready[0].revents != 0) {
      TRY(status, child.wait_for(milliseconds(0)));
    }
  }
  writer.reset();
  if (!options.signal) is_open = await_others(reader.get(), is_open, ending, options.output);
  group.reset();
  if (!options.signal) end_orphans(clock);
  if (is_open) drain(reader.get(), clock, options.output);
  options.on_started(0);
  return UserProcessEnd{.status = *status,
                        .is_out_of_memory = proc::memory_kills() > kills_before && status->signal == SIGKILL,
                        .is_over_time = is_over_time};
}

}  // namespace jarvis::agent
