#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "agent/cli/commands.h"
#include "agent/cli/daemons.h"
#include "agent/cli/signals.h"
#include "agent/dispatch/daemon.h"
#include "base/log.h"

namespace jarvis::agent {
namespace {

constexpr auto kStopWait = std::chrono::seconds(75);  // a running task gets its grace

std::string own_program() {
  std::error_code failure;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", failure);
  return failure ? "jarvis-agent" : path.string();
}

int stop_daemons(const DaemonFlags& flags, const AgentSettings& settings) {
  const auto is_meant = [&](const DaemonEntry& daemon) {
    return flags.queues.empty() || daemon.queues == flags.queues;
  };
  int stopped = 0;
  for (const DaemonEntry& daemon : running_daemons(settings)) {
    if (!is_meant(daemon)) continue;
    auto process = RunningJob::attach({.job = name_process(daemon.pid)});
    if (!process) continue;
    process->ask_to_stop();
    if (!process->wait_ended(kStopWait)) {
      std::cerr << "jarvis-agent: " << daemon.worker << " (pid " << daemon.pid << ") has not ended\n";
      return kExitFailed;
    }
    std::cout << "Stopped " << daemon.worker << "\n";
    ++stopped;
  }
  if (stopped > 0) return kExitDone;
  std::cerr << "jarvis-agent: no daemon runs here" << (flags.queues.empty() ? "" : " for these queues") << "\n";
  return kExitFailed;
}

/// Starts this program again in a session of its own and waits until it says that it is registered, or why not.
int detach(const DaemonFlags& flags, const AgentSettings& settings) {
  const auto folder = settings.home / "logs";
  if (const Status status = proc::make_directories(folder, 0700); !status) return report_error(status.error());
  const std::string log_file = (folder / ("daemon-" + std::to_string(::getpid()) + ".log")).string();
  std::vector<std::string> argv{own_program(), "daemon", "--announce", log_file};
  if (!flags.queues.empty()) argv.emplace_back("--queue");
  argv.insert(argv.end(), flags.queues.begin(), flags.queues.end());
  if (flags.creates_queues) argv.emplace_back("--create-queue");
  argv.insert(argv.end(), {"--polling-interval", std::to_string(flags.polling_interval)});
  for (std::string& word : flags.container.to_arguments())
    argv.push_back(std::move(word));
  if (!settings.config_file.empty()) argv.insert(argv.end(), {"--config-file", settings.config_file.string()});

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return report_error(errno_error("make a pipe", errno));
  const proc::UniqueFd reader(ends[0]);
  proc::UniqueFd writer(ends[1]);
  const proc::UniqueFd log(::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  auto child = proc::spawn({.argv = std::move(argv),
                            .environment = settings.environment,
                            .stdout_fd = writer.get(),
                            .stderr_fd = log.get()});
  if (!child) return report_error(child.error());
  writer.reset();
  std::string said;
  char piece[512];
  for (ssize_t got = 0; said.find('\n') == std::string::npos && (got = ::read(reader.get(), piece, sizeof piece)) > 0;)
    said.append(piece, static_cast<std::size_t>(got));
  if (!said.starts_with("ready ")) {
    (void)child->wait();
    std::cerr << "jarvis-agent: the daemon did not start: " << (said.empty() ? "see " + log_file + "\n" : said);
    return kExitUnable;
  }
  const pid_t pid = child->detach();
  std::cout << "Worker " << said.substr(6, said.find('\n') - 6) << " is registered (pid " << pid
            << ").\nLog: " << log_file << "\nStop it with: jarvis-agent daemon --stop\n";
  return kExitDone;
}

/// To the process that waits for a detached start.
void announce(const std::string& text) {
  const std::string line = text + "\n";
  [[maybe_unused]] const auto ignored = ::write(STDOUT_FILENO, line.data(), line.size());
  const proc::UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (null) ::dup2(null.get(), STDOUT_FILENO);
}

}  // namespace

int run_daemon(const DaemonFlags& flags, const AgentSettings& settings) {
  if (flags.stops) return stop_daemons(flags, settings);
  if (flags.is_detached) return detach(flags, settings);
  std::stop_source stop;
  const Signals signals([&](int) { stop.request_stop(); });
  auto seat = DaemonSeat::take(settings);
  if (!seat) return report_error(seat.error());
  const SystemClock clock;
  const bool announces = !flags.announce_log.empty();
  Daemon daemon({.worker = seat->worker(),
                 .queues = flags.queues,
                 .missing = flags.creates_queues ? MissingQueue::create : MissingQueue::refuse,
                 .polling_interval = std::chrono::milliseconds(static_cast<int>(flags.polling_interval * 1000)),
                 .program = own_program(),
                 .job_arguments = flags.container.to_arguments(),
                 .on_registered =
                     [&] {
                       if (const Status status = seat->announce(flags.announce_log, flags.queues); !status)
                         log::warning(status.error().message());
                       if (announces) announce("ready " + seat->worker());
                     }},
                settings, clock);
  const Status status = daemon.run(stop.get_token());
  if (status) return kExitDone;
  if (announces) announce(status.error().message());
  return report_error(status.error());
}

}  // namespace jarvis::agent
