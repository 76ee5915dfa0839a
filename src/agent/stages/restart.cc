// Starts a service again when it has ended, as its policy says.
#include "agent/stages/restart.h"

#include "base/pause.h"

namespace jarvis::agent {
namespace {

// Who ran so long did not fail at once: the pauses begin anew.
constexpr auto kSettled = std::chrono::minutes(10);

class RestartStage final : public Stage {
 public:
  RestartStage(std::unique_ptr<Stage> stage, RestartPolicy policy)
      : stage_(std::move(stage)), policy_(std::move(policy)) {}
  std::string_view name() const override { return stage_->name(); }

  Status run(JobContext& job) override {
    const RestartPolicy policy = policy_.of(job.task);
    int in_a_row = 0;
    for (int restarts = 0;; ++restarts) {
      const SteadyTime begin = job.clock.steady();
      job.outcome.reset();
      CHECK_OK(stage_->run(job));
      if (job.stop.token().stop_requested() || !job.outcome || !policy.restarts_after(*job.outcome, restarts))
        return {};
      if (job.clock.steady() - begin >= kSettled) in_a_row = 0;
      const auto pause = RestartPolicy::pause_before(in_a_row++);
      job.log.line("[jarvis] " + job.outcome->reason + "; restart " + std::to_string(restarts + 1) + " in " +
                   std::to_string(pause.count()) + " s");
      if (!pause_for(pause, job.stop.token())) return {};
    }
  }
  void unwind(JobContext& job) override { stage_->unwind(job); }

 private:
  const std::unique_ptr<Stage> stage_;
  const RestartPolicy policy_;
};

}  // namespace

std::unique_ptr<Stage> make_restarting(std::unique_ptr<Stage> stage, RestartPolicy policy) {
  return std::make_unique<RestartStage>(std::move(stage), std::move(policy));
}

}  // namespace jarvis::agent
