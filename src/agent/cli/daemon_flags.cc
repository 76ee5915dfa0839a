#include "agent/cli/daemon_flags.h"

namespace jarvis::agent {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  jarvis-agent daemon --queue urgent default\n"
    "  jarvis-agent daemon --queue gpu --create-queue --detached\n"
    "  jarvis-agent daemon --detached --gpus 0,1 --queue dual_gpu --docker nvidia/cuda:12.6.3-runtime-ubuntu22.04\n"
    "  jarvis-agent daemon --dynamic-gpus --gpus 0-7 --queue dual=2 single=1 max_quad=1-4 quarter=0.25\n"
    "  jarvis-agent daemon --services-mode --detached --queue services --create-queue --cpu-only\n"
    "  jarvis-agent daemon --queue night --uptime \"22-6 MON-FRI\"\n"
    "  jarvis-agent daemon --stop        (or the whole command line with --stop, or --stop WORKER)\n"
    "  jarvis-agent daemon --status";

void add_kinds(CLI::App& daemon, DaemonFlags& flags, SettingFlags& settings) {
  daemon.add_flag("--dynamic-gpus", flags.is_dynamic,
                  "Run many tasks at once on the GPUs of --gpus; --queue NAME=GPUS says how many each needs");
  daemon
      .add_option_function<std::vector<std::string>>(
          "--services-mode",
          [&flags](const std::vector<std::string>& most) {
            flags.is_services = true;
            if (most.empty() || most.front().empty()) return;
            if (!CLI::detail::lexical_cast(most.front(), flags.services_max) || flags.services_max == 0)
              throw CLI::ValidationError("--services-mode", "'" + most.front() + "' is no number of tasks");
          },
          "Run tasks side by side, without GPUs, each as a worker of its own; [N] at most")
      ->expected(0, 1)
      ->type_name("[N]");
  add_setting(daemon, settings, "--restart", "agent.services.restart",
              "When a service that has ended is started again: no, on-failure, on-failure:N, always");
}

}  // namespace

void add_daemon(CLI::App& app, DaemonFlags& flags, SettingFlags& settings) {
  CLI::App* daemon = app.add_subcommand("daemon", "Take tasks from queues and run them");
  daemon->add_option("-q,--queue", flags.queues, "Queues by name or id, the most important first (none: the default)")
      ->expected(1, 100);
  auto* detached = daemon->add_flag("-d,--detached", flags.is_detached, "Answer when registered; run on in background");
  daemon
      ->add_flag_function(
          "-f,--foreground", [&flags](std::int64_t) { flags.is_detached = false; },
          "Stay in this terminal: the default")
      ->excludes(detached);
  daemon->add_flag("--create-queue", flags.creates_queues, "Make queues that do not exist");
  daemon->add_flag("--order-fairness", flags.is_fair, "Take from each queue in turn instead of by importance");
  add_kinds(*daemon, flags, settings);
  add_run_flags(*daemon, flags.run, settings);
  daemon->add_option("--uptime", flags.uptime, "When to take tasks: \"<hours> <days>\", as \"17-20 TUE\"")
      ->expected(1, 100);
  daemon->add_option("--downtime", flags.downtime, "When to take none: the same form")->expected(1, 100);
  daemon->add_option("--child-report-tags", flags.child_tags, "Tags of the workers that run tasks")->expected(1, 100);
  daemon
      ->add_option_function<std::vector<std::string>>(
          "--stop",
          [&flags](std::vector<std::string> workers) {
            std::erase(workers, "");
            flags.stops = true;
            flags.stopped = std::move(workers);
          },
          "Stop the daemon with this command line, or those with these worker ids, or all")
      ->expected(0, 100)
      ->type_name("[WORKER ...]");
  daemon->add_flag("--status", flags.shows_status, "Show the daemons here: queues, hours, tasks");
  add_setting(*daemon, settings, "--polling-interval", "agent.polling_interval_sec",
              "Seconds between questions to a server without long poll")
      ->check(CLI::Range(0.1, 3600.0));
  daemon->add_option("--announce", flags.announce_log)->group("");
  daemon->add_flag_function(
      "--force-current-version", [](std::int64_t) {}, "Always so: a task's container is run by this very version");
  refuse_flag(*daemon, "--check-bootstrap", "there is no bootstrap package: a task's container needs none");
  refuse_flag(*daemon, "--use-owner-token",
              "not needed: a task gets a token that is bound to its own run, and never the agent's keys");
  daemon->footer(kExamples);
}

std::vector<std::string> DaemonFlags::to_arguments() const {
  std::vector<std::string> out;
  const auto add_list = [&](const char* flag, const std::vector<std::string>& words) {
    if (words.empty()) return;
    out.emplace_back(flag);
    out.insert(out.end(), words.begin(), words.end());
  };
  add_list("--queue", queues);
  if (creates_queues) out.emplace_back("--create-queue");
  if (is_fair) out.emplace_back("--order-fairness");
  if (is_dynamic) out.emplace_back("--dynamic-gpus");
  if (is_services) out.emplace_back("--services-mode");
  if (is_services && services_max > 0) out.push_back(std::to_string(services_max));
  if (!run.gpus.empty()) add_list("--gpus", {run.gpus});
  add_list("--uptime", uptime);
  add_list("--downtime", downtime);
  add_list("--child-report-tags", child_tags);
  for (std::string& word : run.container.to_arguments())
    out.push_back(std::move(word));
  return out;
}

Result<std::vector<AskedQueue>> asked_queues(const DaemonFlags& flags) {
  std::vector<AskedQueue> out;
  for (const std::string& queue : flags.queues) {
    if (!flags.is_dynamic) {
      out.push_back({queue, std::nullopt});
      continue;
    }
    const auto equals = queue.rfind('=');
    if (equals == std::string::npos || equals == 0)
      return invalid_argument("--dynamic-gpus: say how many GPUs a task of '" + queue + "' needs, as --queue " + queue +
                              "=1");
    TRY(const GpuShape shape, parse_gpu_shape(queue.substr(equals + 1)));
    out.push_back({queue.substr(0, equals), shape});
  }
  if (flags.is_dynamic && out.empty()) return invalid_argument("--dynamic-gpus needs --queue NAME=GPUS");
  return out;
}

}  // namespace jarvis::agent
