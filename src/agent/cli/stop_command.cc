#include "agent/cli/stop_command.h"

#include <signal.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "agent/cli/commands.h"
#include "agent/dispatch/running_job.h"

namespace jarvis::agent {
namespace {

using std::chrono::seconds;

// Beyond its tasks' grace, what a daemon needs to report and end.
constexpr auto kStopTime = seconds(45);
constexpr auto kDrainTick = std::chrono::milliseconds(500);

/// What does not change which daemon is meant.
std::vector<std::string> essence(std::vector<std::string> arguments) {
  std::erase(arguments, "--create-queue");
  return arguments;
}

/// The words behind one flag of a command line.
std::vector<std::string> words_of(const std::vector<std::string>& arguments, const std::string& flag) {
  auto at = std::ranges::find(arguments, flag);
  std::vector<std::string> out;
  if (at == arguments.end()) return out;
  for (++at; at != arguments.end() && !at->starts_with("--"); ++at)
    out.push_back(*at);
  return out;
}

std::string list_of(const std::vector<DaemonEntry>& daemons) {
  if (daemons.empty()) return "no daemon runs here";
  std::string out = "running here:";
  for (const DaemonEntry& daemon : daemons)
    out += "\n  " + daemon.worker + "  (" + daemon.command_line() + ")";
  return out;
}

/// The entries of these worker ids; all when none is named.
Result<std::vector<DaemonEntry>> by_id(const std::vector<std::string>& workers,
                                       const std::vector<DaemonEntry>& daemons) {
  if (workers.empty() || (workers.size() == 1 && workers.front() == "all")) {
    if (daemons.empty()) return not_found("no daemon runs here");
    return daemons;
  }
  std::vector<DaemonEntry> out;
  for (const std::string& worker : workers) {
    const auto found = std::ranges::find(daemons, worker, &DaemonEntry::worker);
    if (found == daemons.end()) return not_found("no daemon '" + worker + "' runs here; " + list_of(daemons));
    out.push_back(*found);
  }
  return out;
}

/// Sends it to each; those that have ended meanwhile are left out.
std::vector<std::pair<DaemonEntry, RunningJob>> signal_all(const std::vector<DaemonEntry>& daemons, int signal) {
  std::vector<std::pair<DaemonEntry, RunningJob>> out;
  for (const DaemonEntry& daemon : daemons) {
    auto process = RunningJob::attach(daemon.process);
    if (!process) continue;
    process->signal(signal);
    out.emplace_back(daemon, std::move(*process));
  }
  return out;
}

void print_jobs(const DaemonEntry& daemon, const AgentSettings& settings) {
  for (const JobRecord& record : Journal(settings.home, daemon.worker).all()) {
    if (record.job.is_alive()) std::cout << "  task:   " << record.task << " as " << record.worker << "\n";
  }
}

void print_queues(const DaemonEntry& daemon, const WorkingHours& hours, const AgentSettings& settings) {
  const SystemClock clock;
  Session session(session_options(settings, daemon.worker), clock);
  const CallApi call = [&](std::string_view action, const json::object& body, const CallOptions& options) {
    return session.call(action, body, options);
  };
  std::vector<std::string> names = words_of(daemon.arguments, "--queue");
  if (std::ranges::find(daemon.arguments, "--dynamic-gpus") != daemon.arguments.end()) {
    for (std::string& name : names)
      name.resize(name.rfind('='));
  }
  const auto queues = resolve_queues(call, names, MissingQueue::refuse);
  if (!queues) {
    std::cout << "  queues: " << queues.error().message() << "\n";
    return;
  }
  QueueGate gate(call, hours, daemon.worker, clock);
  for (const json::value& one : gate.describe(*queues)) {
    const json::object& queue = one.as_object();
    std::cout << "  queue:  " << get_string_or(queue, "name", "") << " "
              << (get_bool_or(queue, "open", true) ? "open" : "closed") << " (" << get_string_or(queue, "why", "")
              << ")\n";
  }
}

std::vector<std::string> or_setting(std::vector<std::string> words, const AgentSettings& settings, const char* key) {
  return words.empty() ? settings.strings(key) : words;
}

}  // namespace

Result<std::vector<DaemonEntry>> meant_by(const DaemonFlags& flags, const std::string& gpus,
                                          const std::string& worker_id, const std::vector<DaemonEntry>& daemons) {
  if (!flags.stopped.empty()) return by_id(flags.stopped, daemons);
  if (!worker_id.empty()) return by_id({worker_id}, daemons);
  const std::vector<std::string> arguments = essence(flags.to_arguments());
  const auto is_same = [&](const DaemonEntry& daemon) {
    return essence(daemon.arguments) == arguments && daemon.gpus == gpus;
  };
  // A command line that leaves out what does not tell daemons apart.
  const auto is_alike = [&](const DaemonEntry& daemon) {
    return !flags.queues.empty() && words_of(daemon.arguments, "--queue") == flags.queues && daemon.gpus == gpus;
  };
  for (const std::function<bool(const DaemonEntry&)>& is_meant :
       {std::function<bool(const DaemonEntry&)>(is_same), std::function<bool(const DaemonEntry&)>(is_alike)}) {
    const auto found = std::ranges::find_if(daemons, is_meant);
    if (found != daemons.end()) return std::vector<DaemonEntry>{*found};
  }
  if (!arguments.empty() || daemons.empty()) {
    return not_found(daemons.empty() ? "no daemon runs here"
                                     : "no daemon was started with this command line; " + list_of(daemons) +
                                           "\nName one: jarvis-agent daemon --stop WORKER");
  }
  if (daemons.size() == 1) return daemons;
  return Error(ErrorCode::conflict, "several daemons could be meant; " + list_of(daemons) +
                                        "\nName one, or all: jarvis-agent daemon --stop all");
}

int stop_daemons(const DaemonFlags& flags, const VisibleGpus& gpus, const AgentSettings& settings) {
  const auto meant =
      meant_by(flags, gpus.value_or(""), settings.values.get("agent.worker_id"), running_daemons(settings));
  if (!meant) {
    std::cerr << "jarvis-agent: " << meant.error().message() << "\n";
    return kExitFailed;
  }
  const auto stopping = signal_all(*meant, SIGTERM);
  const auto grace = seconds(settings.values.get_int("agent.stop_grace_sec").value_or(0));
  const SystemClock clock;
  const SteadyTime end = clock.steady() + grace + kStopTime;
  int exit = kExitDone;
  for (const auto& [daemon, process] : stopping) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock.steady());
    if (process.wait_ended(std::max(left, std::chrono::milliseconds(0)))) {
      std::cout << "Stopped " << daemon.worker << "\n";
    } else {
      std::cerr << "jarvis-agent: " << daemon.worker << " (pid " << daemon.process.pid << ") has not ended\n";
      exit = kExitFailed;
    }
  }
  return exit;
}

int show_status(const DaemonFlags& flags, const AgentSettings& settings) {
  auto daemons = running_daemons(settings);
  if (!flags.queues.empty()) {
    std::erase_if(daemons,
                  [&](const DaemonEntry& daemon) { return words_of(daemon.arguments, "--queue") != flags.queues; });
  }
  if (daemons.empty()) {
    std::cout << "no daemon runs here" << (flags.queues.empty() ? "" : " for these queues") << "\n";
    return kExitDone;
  }
  for (const DaemonEntry& daemon : daemons) {
    std::cout << daemon.worker << "\n  pid:    " << daemon.process.pid << "\n  runs:   " << daemon.command_line()
              << "\n";
    if (!daemon.log_file.empty()) std::cout << "  log:    " << daemon.log_file << "\n";
    const auto hours =
        WorkingHours::parse(or_setting(words_of(daemon.arguments, "--uptime"), settings, "agent.uptime"),
                            or_setting(words_of(daemon.arguments, "--downtime"), settings, "agent.downtime"));
    print_queues(daemon, hours.value_or(WorkingHours()), settings);
    if (hours && !hours->is_always_open()) {
      std::string text = hours->describe();
      for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos && at + 1 < text.size(); ++at)
        text.replace(at, 1, "\n          ");
      std::cout << "  hours:  " << text;
    }
    print_jobs(daemon, settings);
  }
  return kExitDone;
}

void add_drain(CLI::App& app, DrainFlags& flags) {
  CLI::App* drain = app.add_subcommand("drain", "Let daemons finish their tasks, take none, and end");
  drain->add_option("worker", flags.workers, "Worker ids of daemons here (none: all)");
  drain->add_flag_function("--no-wait", [&flags](std::int64_t) { flags.waits = false; }, "Answer at once");
  drain->footer("Examples:\n  jarvis-agent drain\n  jarvis-agent drain host:gpu0 --no-wait");
}

int run_drain(const DrainFlags& flags, const AgentSettings& settings) {
  const auto meant = by_id(flags.workers, running_daemons(settings));
  if (!meant) {
    std::cerr << "jarvis-agent: " << meant.error().message() << "\n";
    return kExitFailed;
  }
  const auto draining = signal_all(*meant, SIGUSR2);
  for (const auto& [daemon, process] : draining) {
    std::cout << daemon.worker << " takes no more tasks\n";
    print_jobs(daemon, settings);
  }
  std::cout << std::flush;
  for (const auto& [daemon, process] : draining) {
    while (flags.waits && !process.wait_ended(kDrainTick)) {
    }
    if (flags.waits) std::cout << daemon.worker << " has ended\n" << std::flush;
  }
  return kExitDone;
}

}  // namespace jarvis::agent
