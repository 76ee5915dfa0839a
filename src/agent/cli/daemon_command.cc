#include "agent/cli/daemon_command.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "agent/cli/commands.h"
#include "agent/cli/daemons.h"
#include "agent/cli/signals.h"
#include "agent/cli/stop_command.h"
#include "agent/dispatch/daemon.h"
#include "agent/job/restart_policy.h"
#include "agent/stages/container_sweep.h"
#include "base/log.h"

namespace jarvis::agent {
namespace {

std::string own_program() {
  std::error_code failure;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", failure);
  return failure ? "jarvis-agent" : path.string();
}

/// Starts this program again in a session of its own and waits until it says that it is registered, or why not.
int detach(const DaemonFlags& flags, const AgentSettings& settings) {
  const auto folder = settings.home / "logs";
  if (const Status status = proc::make_directories(folder, 0700); !status) return report_error(status.error());
  const std::string log_file = (folder / ("daemon-" + std::to_string(::getpid()) + ".log")).string();
  std::vector<std::string> argv{own_program(), "daemon", "--announce", log_file};
  for (std::string& word : flags.to_arguments())
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
  const std::string worker = said.substr(6, said.find('\n') - 6);
  const pid_t pid = child->detach();
  std::cout << "Worker " << worker << " is registered (pid " << pid << ").\nLog: " << log_file
            << "\nStop it with: jarvis-agent daemon --stop " << worker << "\n";
  return kExitDone;
}

/// To the process that waits for a detached start.
void announce(const std::string& text) {
  const std::string line = text + "\n";
  [[maybe_unused]] const auto ignored = ::write(STDOUT_FILENO, line.data(), line.size());
  const proc::UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (null) ::dup2(null.get(), STDOUT_FILENO);
}

DaemonControl::Wish wish_of(int signal) {
  if (signal == SIGUSR2) return DaemonControl::Wish::drain;
  if (signal == SIGQUIT) return DaemonControl::Wish::leave;
  return DaemonControl::Wish::stop;
}

/// --gpus, --cpu-only, --services-mode, or the variables.
Result<VisibleGpus> gpus_of(const DaemonFlags& flags, const AgentSettings& settings) {
  if (flags.is_dynamic && flags.is_services)
    return invalid_argument("--services-mode runs without GPUs: it cannot be combined with --dynamic-gpus");
  const bool is_cpu_only = settings.values.get_bool("agent.cpu_only");
  if (flags.is_services && !flags.run.gpus.empty() && flags.run.gpus != "none")
    return invalid_argument("--services-mode runs without GPUs: start a second daemon with --gpus beside it");
  if (flags.is_services) return VisibleGpus("none");
  if (!flags.is_dynamic) return visible_gpus(flags.run.gpus, is_cpu_only, settings.environment);
  if (is_cpu_only) return invalid_argument("--dynamic-gpus gives out GPUs: it cannot be combined with --cpu-only");
  TRY(const VisibleGpus asked, flags.run.gpus.empty() ? visible_gpus("", false, settings.environment)
                                                      : Result<VisibleGpus>(VisibleGpus(flags.run.gpus)));
  TRY(const std::vector<std::string> devices, dynamic_devices(asked.value_or("")));
  return asked;
}

Result<WorkingHours> hours_of(const DaemonFlags& flags, const AgentSettings& settings) {
  if (!flags.uptime.empty() || !flags.downtime.empty()) return WorkingHours::parse(flags.uptime, flags.downtime);
  return WorkingHours::parse(settings.strings("agent.uptime"), settings.strings("agent.downtime"));
}

/// What its jobs have for themselves: the driver is loaded here, which may start threads.
Status add_gpus(const DaemonFlags& flags, const AgentSettings& settings, DaemonOptions& options) {
  if (options.gpus == "none") return {};
  auto driver = load_gpu_driver(settings.environment);
  if (driver) {
    options.driver = std::move(*driver);
  } else if (driver.error().code() != ErrorCode::not_found || !listed(options.gpus).empty()) {
    log::warning("GPUs are not looked at", {{"why", driver.error().message()}});
  }
  VisibleGpus wanted = options.gpus;
  if (flags.is_dynamic) {
    TRY(const std::vector<std::string> devices, dynamic_devices(options.gpus.value_or("")));
    wanted.emplace();
    for (const std::string& device : devices)
      *wanted += (wanted->empty() ? "" : ",") + device;
  }
  TRY(options.devices, devices_of(wanted, options.driver ? options.driver->inventory() : std::vector<GpuDevice>()));
  if (!flags.is_dynamic && !settings.values.get_bool("agent.exclusive_gpus")) options.devices.clear();
  return {};
}

/// What can be told from the flags alone.
Result<DaemonOptions> options_of(const DaemonFlags& flags, const AgentSettings& settings, const VisibleGpus& gpus) {
  DaemonOptions out{.gpus = gpus,
                    .child_tags = flags.child_tags,
                    .program = own_program(),
                    .job_arguments = flags.run.container.to_arguments()};
  TRY(const auto container, container_request(flags.run.container));
  if (container)
    out.clear_away = [engine = container->engine, &settings] { return sweep_left_containers(engine, settings); };
  TRY(out.queues, asked_queues(flags));
  out.missing = flags.creates_queues ? MissingQueue::create : MissingQueue::refuse;
  out.policy = flags.is_fair ? QueuePolicy::round_robin : QueuePolicy::priority;
  TRY(out.hours, hours_of(flags, settings));
  TRY(const double interval, settings.number("agent.polling_interval_sec"));
  out.polling_interval = std::chrono::milliseconds(static_cast<int>(interval * 1000));
  TRY(const double every, settings.number("agent.status_report_sec"));
  out.report_every = std::chrono::milliseconds(static_cast<int>(every * 1000));
  TRY(out.tags, settings.words("agent.worker_tags"));
  if (flags.is_dynamic) {
    out.names = Slots::Names::by_gpus;
    out.jobs_max.reset();
  } else if (flags.is_services) {
    out.names = Slots::Names::by_task;
    out.jobs_max = flags.services_max > 0 ? std::optional(flags.services_max) : std::nullopt;
    out.job_arguments.emplace_back("--service");
    CHECK_OK(RestartPolicy::parse(settings.values.get("agent.services.restart")));
  } else {
    out.tags.insert(out.tags.end(), flags.child_tags.begin(), flags.child_tags.end());
  }
  return out;
}

}  // namespace

int run_daemon(const DaemonFlags& flags, const AgentSettings& settings) {
  const auto gpus = gpus_of(flags, settings);
  if (!gpus) return report_error(gpus.error());
  if (flags.stops) return stop_daemons(flags, *gpus, settings);
  if (flags.shows_status) return show_status(flags, settings);
  auto options = options_of(flags, settings, *gpus);
  if (!options) return report_error(options.error());
  if (flags.is_detached) return detach(flags, settings);
  DaemonControl control;
  const Signals signals([&](int signal) { control.request(wish_of(signal)); });
  const bool announces = !flags.announce_log.empty();
  const auto refuse = [&](const Error& error) {
    if (announces) announce(error.message());
    return report_error(error);
  };
  if (const Status status = add_gpus(flags, settings, *options); !status) return refuse(status.error());
  const auto seat = DaemonSeat::take(settings, *gpus, flags.is_dynamic);
  if (!seat) return refuse(seat.error());
  options->worker = seat->worker();
  options->on_registered = [&] {
    const Status status =
        seat->announce({.log_file = flags.announce_log, .arguments = flags.to_arguments(), .gpus = gpus->value_or("")});
    if (!status) log::warning(status.error().message());
    if (announces) announce("ready " + seat->worker());
  };
  const SystemClock clock;
  Daemon daemon(std::move(*options), settings, clock);
  const Status status = daemon.run(control);
  return status ? kExitDone : refuse(status.error());
}

}  // namespace jarvis::agent
