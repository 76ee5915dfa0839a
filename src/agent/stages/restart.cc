// Starts a service again when it has ended, as its policy says.
#include "agent/stages/restart.h"

#include <ranges>

#include "base/pause.h"

namespace jarvis::agent {
namespace {

// Who ran so long did not fail at once: the pauses begin anew.
constexpr auto kSettled = std::chrono::minutes(10);

class RestartStage final : public Stage {
 public:
  RestartStage(std::unique_ptr<Stage> stage, RestartPolicy policy, std::vector<Stage*> place)
      : stage_(std::move(stage)), policy_(std::move(policy)), place_(std::move(place)) {}
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
      if (job.outcome->kind != Outcome::Kind::lost_container) continue;
      if (!has_new_place(job)) return {};
    }
  }
  void unwind(JobContext& job) override { stage_->unwind(job); }

 private:
  /// The engine may be starting itself: tried until it serves again. False when the job is to stop first.
  bool has_new_place(JobContext& job) {
    for (int tries = 1; !job.stop.token().stop_requested(); ++tries) {
      const Status made = make_place(job);
      if (made) return true;
      const auto pause = RestartPolicy::pause_before(tries);
      job.log.line("[jarvis] no new container: " + made.error().message() + "; tried again in " +
                   std::to_string(pause.count()) + " s");
      if (!pause_for(pause, job.stop.token())) return false;
    }
    return false;
  }

  Status make_place(JobContext& job) {
    for (Stage* stage : std::views::reverse(place_))
      stage->unwind(job);
    for (Stage* stage : place_)
      CHECK_OK(stage->run(job));
    return {};
  }

  const std::unique_ptr<Stage> stage_;
  const RestartPolicy policy_;
  const std::vector<Stage*> place_;
};

}  // namespace

std::unique_ptr<Stage> make_restarting(std::unique_ptr<Stage> stage, RestartPolicy policy, std::vector<Stage*> place) {
  return std::make_unique<RestartStage>(std::move(stage), std::move(policy), std::move(place));
}

}  // namespace jarvis::agent
