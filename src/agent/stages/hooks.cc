#include "agent/stages/hooks.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "agent/stages/task_environment.h"
#include "proc/run.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

constexpr auto kBeforeTime = std::chrono::minutes(30);  // may fetch data
constexpr auto kAfterTime = std::chrono::minutes(1);
constexpr std::array<std::string_view, 2> kWhereTheTaskRuns{"environment", "execute"};

class HookedStage final : public Stage {
 public:
  explicit HookedStage(std::unique_ptr<Stage> stage) : stage_(std::move(stage)) {}
  std::string_view name() const override { return stage_->name(); }

  Status run(JobContext& job) override {
    CHECK_OK(run_hooks(job, "before-", {}));
    const Status status = stage_->run(job);
    const Status after = run_hooks(job, "after-", status ? ending_of(job) : status.error().message());
    if (!after) job.log.line("[jarvis] " + after.error().message());
    return status;
  }
  void unwind(JobContext& job) override { stage_->unwind(job); }

 private:
  static std::string ending_of(const JobContext& job) { return job.outcome ? job.outcome->reason : "ok"; }

  /// `ending`: of the stage, for hooks after it.
  Status run_hooks(JobContext& job, const std::string& when, const std::string& ending) const {
    const std::string file = when + std::string(name());
    const fs::path owners = job.settings.path("agent.hooks_dir", job.settings.home / "hooks") / file;
    proc::Environment environment = job.settings.environment;
    for (const auto& [name, value] : job.job_variables.values())
      environment.set(name, value);
    CHECK_OK(run_one(job, owners, HostRuntime(environment), environment, ending));
    const bool is_inside = std::ranges::find(kWhereTheTaskRuns, name()) != kWhereTheTaskRuns.end();
    // A repository's programs have no more rights than its script.
    const bool is_for_another = !job.runtime->is_apart() && !job.settings.values.get("agent.exec_user").empty();
    if (!is_inside || is_for_another || !job.settings.values.get_bool("agent.repository_hooks")) return {};
    return run_one(job, job.code / ".jarvis" / "hooks" / file, *job.runtime, task_environment(job, job.code.string()),
                   ending);
  }

  static Status run_one(JobContext& job, const fs::path& program, const Runtime& runtime, proc::Environment environment,
                        const std::string& ending) {
    if (::access(program.c_str(), X_OK) != 0) return {};
    environment.set("JARVIS_CODE", job.code.string()).set("JARVIS_STAGE_ENDING", ending);
    std::error_code failure;
    const bool has_code = fs::is_directory(job.code, failure);
    const bool is_after = program.filename().string().starts_with("after-");
    const auto done = run_in(runtime,
                             {.argv = {program.string()},
                              .environment = std::move(environment),
                              .directory = has_code ? job.code.string() : job.directory.string(),
                              .timeout = is_after ? kAfterTime : kBeforeTime,
                              .on_output = [&job](std::string_view text) { job.log.bytes(text); }},
                             is_after ? std::stop_token() : job.stop.token());
    job.log.flush_line();
    if (!done) return Error(done.error()).context("hook " + program.string());
    if (!done->is_success())
      return Error(ErrorCode::invalid_argument, "hook " + program.string() + ": " + done->status.to_text());
    job.log.line("[jarvis] hook " + program.string());
    return {};
  }

  const std::unique_ptr<Stage> stage_;
};

}  // namespace

std::unique_ptr<Stage> make_hooked(std::unique_ptr<Stage> stage) {
  return std::make_unique<HookedStage>(std::move(stage));
}

}  // namespace jarvis::agent
