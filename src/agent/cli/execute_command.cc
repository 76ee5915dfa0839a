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

/// The words as they stand, or all of them in one: `--docker "image --ipc=host"`.
Result<std::optional<ContainerRequest>> container_request(const ContainerFlags& flags) {
  if (!flags.uses_docker && !flags.uses_podman) return std::optional<ContainerRequest>();
  std::vector<std::string> words = flags.words;
  if (words.size() == 1) {
    TRY(words, split_words(words.front()));
  }
  ContainerRequest out{.engine = flags.uses_podman ? Engine::podman : Engine::docker, .image = {}, .arguments = {}};
  if (!words.empty()) {
    out.image = words.front();
    out.arguments.assign(words.begin() + 1, words.end());
  }
  return std::optional(std::move(out));
}

}  // namespace

void add_execute(CLI::App& app, ExecuteFlags& flags, SettingFlags& settings) {
  CLI::App* execute = app.add_subcommand("execute", "Run one task here, now");
  execute->add_option("--id", flags.task, "The task's id")->required();
  add_run_flags(*execute, flags.run, settings);
  execute->add_option("--worker", flags.worker)->group("");
  execute->add_option("--daemon", flags.daemon)->group("");
  execute->add_option("--run", flags.run_name)->group("");
  execute->add_option("--queue-id", flags.queue)->group("");
  execute->add_option("--epoch", flags.epoch)->group("");
  execute->add_flag("--service", flags.is_service)->group("");
  execute->footer(
      "Example:\n  jarvis-agent execute --id 3f1c...\n"
      "Exit code: 0 completed, 1 failed or stopped, 2 not begun.");
}

int run_execute(const ExecuteFlags& flags, AgentSettings settings) {
  auto container = container_request(flags.run.container);
  if (!container) return report_error(container.error());
  const auto gpus = visible_gpus(flags.run.gpus, settings.values.get_bool("agent.cpu_only"), settings.environment);
  if (!gpus) return report_error(gpus.error());
  std::optional<RestartPolicy> restart;
  if (flags.is_service) {
    auto policy = RestartPolicy::parse(settings.values.get("agent.services.restart"));
    if (!policy) return report_error(policy.error());
    restart = std::move(*policy);
  }
  const bool is_by_hand = flags.worker.empty();
  if (is_by_hand) set_visible(*gpus, settings.environment);  // else the daemon has
  JobStop stop;
  const Signals signals([&](int) { stop.request(is_by_hand ? JobStop::Cause::user : JobStop::Cause::agent); });
  if (const Status status = proc::become_subreaper(); !status) log::warning(status.error().message());
  const SystemClock clock;
  const JobOptions options{.task = flags.task,
                           .worker = is_by_hand ? host_name() + ":by-hand" : flags.worker,
                           .daemon = flags.daemon,
                           .run = flags.run_name,
                           .queue = flags.queue,
                           .epoch = flags.epoch,
                           .is_by_hand = is_by_hand};
  const auto outcome =
      run_job(options, settings, clock, standard_stages(std::move(*container), std::move(restart)), stop);
  if (!outcome) {
    log::error("the task was not run", {{"task", flags.task}, {"error", outcome.error().message()}});
    return kExitUnable;
  }
  return outcome->kind == Outcome::Kind::completed ? kExitDone : kExitFailed;
}

}  // namespace jarvis::agent
