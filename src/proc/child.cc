#include "proc/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/clock.h"
#include "base/log.h"
#include "proc/proc_table.h"

namespace jarvis::proc {
namespace {

using std::chrono::milliseconds;

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (const std::string& word : words)
    out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

int open_pidfd(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

/// posix_spawn's two argument objects, freed whatever happens.
class SpawnPlan {
 public:
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  void fill(const SpawnOptions& options) {
    // Signals that a daemon blocks or ignores must be back to normal in the child.
    sigset_t none;
    sigemptyset(&none);
    sigset_t reset;
    sigemptyset(&reset);
    for (const int s : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD, SIGUSR1, SIGUSR2})
      sigaddset(&reset, s);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &reset);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (options.own_session) flags = static_cast<short>(flags | POSIX_SPAWN_SETSID);
    ::posix_spawnattr_setflags(&attributes_, flags);

    if (!options.directory.empty()) ::posix_spawn_file_actions_addchdir_np(&actions_, options.directory.c_str());
    if (options.stdin_fd >= 0) {
      ::posix_spawn_file_actions_adddup2(&actions_, options.stdin_fd, 0);
    } else {
      ::posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    }
    if (options.stdout_fd >= 0) ::posix_spawn_file_actions_adddup2(&actions_, options.stdout_fd, 1);
    if (options.stderr_fd >= 0) ::posix_spawn_file_actions_adddup2(&actions_, options.stderr_fd, 2);
    // Whatever else is open here stays here, even if it was opened without close-on-exec.
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
  }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

std::string ExitStatus::to_text() const {
  if (signal == 0) return "exit code " + std::to_string(code);
  const char* name = ::strsignal(signal);
  return "signal " + std::to_string(signal) + (name == nullptr ? "" : " (" + std::string(name) + ")");
}

Result<Child> spawn(const SpawnOptions& options) {
  if (options.argv.empty()) return invalid_argument("spawn: no program given");
  const auto program = find_executable(options.environment, options.argv.front());
  if (!program) return not_found("program '" + options.argv.front() + "' was not found on PATH");

  SpawnPlan plan;
  plan.fill(options);
  const std::vector<std::string> environment = options.environment.to_list();
  std::vector<char*> argv = pointers(options.argv);
  std::vector<char*> envp = pointers(environment);

  Child child;
  const int failure =
      ::posix_spawn(&child.pid_, program->c_str(), plan.actions(), plan.attributes(), argv.data(), envp.data());
  if (failure != 0) {
    child.pid_ = -1;
    return errno_error("start " + *program + (options.directory.empty() ? "" : " in " + options.directory), failure);
  }
  child.command_ = join(options.argv);
  child.pidfd_.reset(open_pidfd(child.pid_));
  if (!child.pidfd_) {
    const int error = errno;
    ::kill(child.pid_, SIGKILL);
    ::waitpid(child.pid_, nullptr, 0);
    return errno_error("watch " + *program, error);
  }
  return child;
}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pidfd_, other.pidfd_);
  std::swap(command_, other.command_);
  return *this;
}

Child::~Child() {
  if (!is_running()) return;
  // The command may hold what nobody should read in a log: its first word is enough to find the spawn site.
  log::error("a child process was still running when its owner went away; killed",
             {{"pid", pid_}, {"command", command_.substr(0, command_.find(' '))}});
  signal_tree(SIGKILL);
  (void)wait();
}

Result<std::optional<ExitStatus>> Child::wait_for(milliseconds timeout) {
  if (!is_running()) return internal_error("wait for a process that is not running");
  pollfd ready{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
  const SystemClock clock;
  const SteadyTime deadline = clock.steady() + timeout;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - clock.steady());
    const int count = ::poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (count > 0) break;
    if (count == 0) return std::optional<ExitStatus>();
    if (errno != EINTR) return errno_error("poll", errno);
  }
  TRY(const ExitStatus status, wait());
  return std::optional(status);
}

Result<ExitStatus> Child::wait() {
  if (!is_running()) return internal_error("wait for a process that is not running");
  int raw = 0;
  pid_t got = -1;
  do {
    got = ::waitpid(pid_, &raw, 0);
  } while (got < 0 && errno == EINTR);
  const int error = errno;
  pidfd_.reset();
  if (got < 0) return errno_error("wait for pid " + std::to_string(pid_), error);
  ExitStatus status;
  if (WIFSIGNALED(raw)) {
    status.signal = WTERMSIG(raw);
    status.core_dumped = WCOREDUMP(raw);
  } else {
    status.code = WEXITSTATUS(raw);
  }
  return status;
}

void Child::signal_tree(int signal) {
  if (!is_running()) return;
  // Collected before the first signal: a parent that dies hands its children to someone else.
  const std::vector<pid_t> tree = descendants(pid_);
  // Each gets it once: many take a second SIGTERM for an order to leave all as it is.
  const bool has_group = ::getpgid(pid_) == pid_;
  for (const pid_t pid : tree)
    if (!has_group || ::getpgid(pid) != pid_) ::kill(pid, signal);
  if (has_group) {
    ::kill(-pid_, signal);
  } else {
    ::syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, 0);
  }
}

Result<ExitStatus> Child::terminate(milliseconds grace) {
  signal_tree(SIGTERM);
  const std::vector<pid_t> tree = descendants(pid_);
  TRY(auto ended, wait_for(grace));
  if (!ended) {
    signal_tree(SIGKILL);
    TRY(const ExitStatus status, wait());
    ended = status;
  }
  // The process is gone; what it left in its session goes, too.
  ::kill(-pid_, SIGKILL);
  for (const pid_t pid : tree) {
    if (session_of(pid) == pid_) ::kill(pid, SIGKILL);
  }
  return *ended;
}

pid_t Child::detach() {
  pidfd_.reset();
  return pid_;
}

Status become_subreaper() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) return errno_error("become a subreaper", errno);
  return {};
}

void reap_orphans(pid_t except) {
  for (const pid_t pid : children_of(::getpid())) {
    if (pid != except) ::waitpid(pid, nullptr, WNOHANG);
  }
}

std::vector<pid_t> descendants(pid_t root) {
  std::vector<pid_t> out;
  std::vector<pid_t> open = children_of(root);
  while (!open.empty()) {
    std::vector<pid_t> next;
    for (const pid_t pid : open) {
      out.push_back(pid);
      const std::vector<pid_t> below = children_of(pid);
      next.insert(next.end(), below.begin(), below.end());
    }
    open = std::move(next);
  }
  return out;
}

std::optional<std::uint64_t> start_time_of(pid_t pid) {
  const auto stat = read_stat(pid);
  if (!stat || stat->state == 'Z') return std::nullopt;
  return stat->start_time;
}

}  // namespace jarvis::proc
