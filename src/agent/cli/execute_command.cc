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

std::vector<std::string> ContainerFlags::to_arguments() const {
  if (!uses_docker && !uses_podman) return {};
  std::vector<std::string> out{uses_podman ? "--podman" : "--docker"};
  out.insert(out.end(), words.begin(), words.end());
  return out;
}

int run_execute(const ExecuteFlags& flags, const AgentSettings& settings) {
  auto container = container_request(flags.container);
  if (!container) return report_error(container.error());
  const bool is_by_hand = flags.worker.empty();
  JobStop stop;
  const Signals signals([&](int) { stop.request(is_by_hand ? JobStop::Cause::user : JobStop::Cause::agent); });
  if (const Status status = proc::become_subreaper(); !status) log::warning(status.error().message());
  const SystemClock clock;
  const JobOptions options{.task = flags.task,
                           .worker = is_by_hand ? host_name() + ":by-hand" : flags.worker,
                           .queue = flags.queue,
                           .epoch = flags.epoch,
                           .is_by_hand = is_by_hand};
  const auto outcome = run_job(options, settings, clock, standard_stages(std::move(*container)), stop);
  if (!outcome) {
    log::error("the task was not run", {{"task", flags.task}, {"error", outcome.error().message()}});
    return kExitUnable;
  }
  return outcome->kind == Outcome::Kind::completed ? kExitDone : kExitFailed;
}

}  // namespace jarvis::agent
