// The order in which stages run and unwind, and the names of endings.
#include "agent/job/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/job/watch.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;

class ScriptedStage final : public Stage {
 public:
  using Act = std::function<Status(JobContext&)>;
  ScriptedStage(std::string name, std::vector<std::string>& trace, Act act)
      : name_(std::move(name)), trace_(trace), act_(std::move(act)) {}
  std::string_view name() const override { return name_; }
  Status run(JobContext& job) override {
    trace_.push_back(name_ + ".run");
    return act_(job);
  }
  void unwind(JobContext&) override { trace_.push_back(name_ + ".unwind"); }

 private:
  std::string name_;
  std::vector<std::string>& trace_;
  Act act_;
};

class Pipelines : public ::testing::Test {
 protected:
  void add(std::string name, ScriptedStage::Act act = [](JobContext&) { return Status(); }) {
    stages_.push_back(std::make_unique<ScriptedStage>(std::move(name), trace_, std::move(act)));
  }
  Outcome run() {
    Pipeline pipeline(stages_, job_);
    const Outcome outcome = pipeline.run();
    pipeline.unwind();
    return outcome;
  }

  FakeClock clock_;
  proc::TempDir dir_ = std::move(*proc::TempDir::make("/tmp", "pipeline"));
  AgentSettings settings_ = *load_settings(proc::Environment().set("HOME", dir_.path().string()));
  TaskLog log_{std::move(*Spool::open(dir_.path())), Redactor(), clock_};
  JobStop stop_;
  JobContext job_{.settings = settings_, .clock = clock_, .log = log_, .stop = stop_};
  Stages stages_;
  std::vector<std::string> trace_;
};

TEST_F(Pipelines, the_script_decides_the_outcome) {
  add("checkout");
  add("execute", [](JobContext& job) {
    job.outcome = Outcome::failed({.code = 3});
    return Status();
  });

  const Outcome outcome = run();

  EXPECT_EQ(outcome.kind, Outcome::Kind::failed);
  EXPECT_EQ(outcome.reason, "failed: exit code 3");
  EXPECT_THAT(trace_, ElementsAre("checkout.run", "execute.run", "execute.unwind", "checkout.unwind"));
}

TEST_F(Pipelines, a_stage_that_fails_names_itself_and_the_later_ones_never_run) {
  add("checkout");
  add("environment", [](JobContext&) -> Status { return not_found("no package qq"); });
  add("execute");

  const Outcome outcome = run();

  EXPECT_EQ(outcome.kind, Outcome::Kind::setup_failed);
  EXPECT_EQ(outcome.reason, "setup failed: environment");
  EXPECT_EQ(outcome.message, "no package qq");
  EXPECT_THAT(trace_, ElementsAre("checkout.run", "environment.run", "environment.unwind", "checkout.unwind"));
}

TEST_F(Pipelines, a_stop_unwinds_the_begun_stages_in_reverse) {
  add("checkout");
  add("environment", [](JobContext& job) -> Status {
    job.stop.request(JobStop::Cause::user);
    return Error(ErrorCode::cancelled, "cancelled");
  });
  add("execute");

  const Outcome outcome = run();

  EXPECT_EQ(outcome.kind, Outcome::Kind::aborted);
  EXPECT_THAT(trace_, ElementsAre("checkout.run", "environment.run", "environment.unwind", "checkout.unwind"));
}

TEST_F(Pipelines, a_stopped_agent_never_ends_as_completed) {
  add("execute", [](JobContext& job) {
    job.stop.request(JobStop::Cause::agent);
    job.outcome = Outcome::completed();  // the script took SIGTERM as a friendly request
    return Status();
  });

  EXPECT_EQ(run().action(), "tasks.stopped");
}

TEST_F(Pipelines, the_first_cause_of_a_stop_counts) {
  stop_.request(JobStop::Cause::replaced);
  stop_.request(JobStop::Cause::user);
  add("execute");

  const Outcome outcome = run();

  EXPECT_EQ(outcome.kind, Outcome::Kind::replaced);
  EXPECT_FALSE(outcome.action().has_value());
  EXPECT_TRUE(trace_.empty());
}

TEST_F(Pipelines, times_are_noted_in_the_log) {
  add("checkout", [this](JobContext&) {
    clock_.advance(std::chrono::milliseconds(160));
    return Status();
  });
  run();

  EXPECT_THAT(*proc::read_file(dir_.path() / "spool.log"), ::testing::HasSubstr("[jarvis] checkout 0.16 s"));
}

TEST(Watch, a_status_says_whether_the_run_goes_on) {
  EXPECT_EQ(cause_of("in_progress", ""), JobStop::Cause::none);
  EXPECT_EQ(cause_of("in_progress", "stopping"), JobStop::Cause::user);
  EXPECT_EQ(cause_of("stopped", ""), JobStop::Cause::user);
  EXPECT_EQ(cause_of("completed", ""), JobStop::Cause::none);
  EXPECT_EQ(cause_of("queued", ""), JobStop::Cause::replaced);
  EXPECT_EQ(cause_of("created", ""), JobStop::Cause::replaced);
}

TEST(Outcomes, only_a_run_that_ended_well_is_completed) {
  EXPECT_EQ(Outcome::completed().action(), "tasks.completed");
  EXPECT_EQ(Outcome::failed({.code = 1}).action(), "tasks.failed");
  EXPECT_EQ(Outcome::out_of_memory().action(), "tasks.failed");
  EXPECT_EQ(Outcome::lost_worker().action(), "tasks.failed");
  EXPECT_EQ(Outcome::setup_failed("checkout", not_found("x")).action(), "tasks.failed");
  EXPECT_EQ(Outcome::aborted_by_user().action(), "tasks.stopped");
  EXPECT_EQ(Outcome::drained().action(), "tasks.stopped");
}

}  // namespace
}  // namespace jarvis::agent
