#include <iostream>

#include "agent/cli/commands.h"
#include "agent/cli/daemons.h"
#include "agent/cli/signals.h"
#include "agent/job/job.h"
#include "agent/stages/stages.h"
#include "base/log.h"

namespace jarvis::agent {

int run_execute(const ExecuteFlags& flags, const AgentSettings& settings) {
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
  const auto outcome = run_job(options, settings, clock, standard_stages(), stop);
  if (!outcome) {
    log::error("the task was not run", {{"task", flags.task}, {"error", outcome.error().message()}});
    return kExitUnable;
  }
  return outcome->kind == Outcome::Kind::completed ? kExitDone : kExitFailed;
}

}  // namespace jarvis::agent
