#include <iostream>

#include "agent/cli/commands.h"
#include "agent/cli/daemons.h"
#include "agent/cli/signals.h"
#include "agent/job/job.h"
#include "agent/stages/command.h"
#include "agent/stages/stages.h"
#include "base/log.h"

namespace jarvis::agent {
namespace {

/// Which process of several that run one task this is: as PyTorch, Slurm and others say.
int rank_of(const proc::Environment& environment) {
  for (const char* name : {"RANK", "SLURM_PROCID"}) {
    if (const auto rank = environment.get(name); rank && !rank->empty()) return std::atoi(rank->c_str());
  }
  return 0;
}

/// A worker's name for the time of the task, and the lock on it.
Result<std::optional<DaemonSeat>> seat_for(const ExecuteFlags& flags, const AgentSettings& settings,
                                           const VisibleGpus& gpus) {
  if (!flags.is_worker) return std::optional<DaemonSeat>();
  TRY(DaemonSeat seat, DaemonSeat::take(settings, gpus, false));
  return std::optional(std::move(seat));
}

int run(const JobOptions& options, StageOptions stages, const AgentSettings& settings, const Clock& clock) {
  JobStop stop;
  Insistence insistence;
  const Signals signals([&](int) {
    stop.request(options.is_by_hand ? JobStop::Cause::user : JobStop::Cause::agent);
    if (insistence.is_again(clock.steady())) stop.hurry();
  });
  if (const Status status = proc::become_subreaper(); !status) log::warning(status.error().message());
  stages.writes_files =
      settings.values.get_bool("agent.apply_files") && settings.values.file().find("files") != nullptr;
  const auto outcome = run_job(options, settings, clock, standard_stages(std::move(stages)), stop);
  if (!outcome) {
    log::error("the task was not run", {{"task", options.task}, {"error", outcome.error().message()}});
    return kExitUnable;
  }
  return outcome->kind == Outcome::Kind::completed ? kExitDone : kExitFailed;
}

int run_by_hand(const ExecuteFlags& flags, StageOptions stages, AgentSettings settings) {
  const auto gpus = take_gpus(flags.run, settings);
  if (!gpus) return report_error(gpus.error());
  const auto seat = seat_for(flags, settings, *gpus);
  if (!seat) return report_error(seat.error());
  const std::string& id = settings.values.get("agent.worker_id");
  const std::string worker = *seat ? (*seat)->worker() : id.empty() ? host_name() + ":by-hand" : id;
  const SystemClock clock;
  Session session(session_options(settings, worker), clock);
  const auto task = take_by_hand(session, flags.task, flags.by_hand);
  if (!task) return report_error(task.error());
  if (flags.by_hand.clones) std::cout << "Cloned: the copy is task " << *task << std::endl;
  return run({.task = *task,
              .worker = worker,
              .is_by_hand = true,
              .is_monitored = !flags.has_no_monitoring,
              .log_file = flags.log_file,
              .rank = rank_of(settings.environment)},
             std::move(stages), settings, clock);
}

}  // namespace

void add_execute(CLI::App& app, ExecuteFlags& flags, SettingFlags& settings) {
  CLI::App* execute = app.add_subcommand("execute", "Run one task here, now");
  execute->add_option("--id", flags.task, "The task's id")->required();
  auto* clone = execute->add_flag("--clone", flags.by_hand.clones, "Run a copy of the task");
  execute
      ->add_flag("--require-queue", flags.by_hand.requires_queue,
                 "Only a task that waits in a queue: for schedulers of others, as Slurm or Kubernetes")
      ->excludes(clone);
  execute->add_option("--log-file", flags.log_file, "Write the log into this file, too");
  auto* none = execute->add_flag("--disable-monitoring", flags.has_no_monitoring,
                                 "Send neither log nor statistics to the server");
  execute->add_flag("--full-monitoring", flags.is_worker, "Be a worker of the server while the task runs")
      ->excludes(none);
  add_run_flags(*execute, flags.run, settings);
  execute->add_option("--worker", flags.worker)->group("");
  execute->add_option("--daemon", flags.daemon)->group("");
  execute->add_option("--run", flags.run_name)->group("");
  execute->add_option("--queue-id", flags.queue)->group("");
  execute->add_option("--epoch", flags.epoch)->group("");
  execute->add_flag("--service", flags.is_service)->group("");
  execute->footer(
      "Examples:\n  jarvis-agent execute --id 3f1c...\n  jarvis-agent execute --id 3f1c... --clone --gpus 0\n"
      "  srun jarvis-agent execute --id 3f1c... --require-queue --full-monitoring\n"
      "Ctrl-C (or SIGTERM) gives the script its time to save (agent.stop_grace_sec), a second one ends it at once.\n"
      "Exit code: 0 completed, 1 failed or stopped, 2 not begun.");
}

int run_execute(const ExecuteFlags& flags, AgentSettings settings) {
  StageOptions stages;
  auto container = container_request(flags.run.container);
  if (!container) return report_error(container.error());
  stages.container = std::move(*container);
  if (flags.is_service) {
    auto policy = RestartPolicy::parse(settings.values.get("agent.services.restart"));
    if (!policy) return report_error(policy.error());
    stages.restart = std::move(*policy);
  }
  if (flags.worker.empty()) return run_by_hand(flags, std::move(stages), std::move(settings));
  const SystemClock clock;
  return run({.task = flags.task,
              .worker = flags.worker,
              .daemon = flags.daemon,
              .run = flags.run_name,
              .queue = flags.queue,
              .epoch = flags.epoch},
             std::move(stages), settings, clock);
}

}  // namespace jarvis::agent
