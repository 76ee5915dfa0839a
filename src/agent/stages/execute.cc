// Runs the user's script to its end and names how it ended.
#include <signal.h>

#include "agent/job/stage.h"
#include "agent/stages/command.h"
#include "agent/stages/stages.h"
#include "agent/stages/task_environment.h"
#include "agent/stages/user_process.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

class ExecuteStage final : public Stage {
 public:
  std::string_view name() const override { return "execute"; }

  Status run(JobContext& job) override {
    const json::object* script = get_object(job.task, "script");
    if (script == nullptr) return invalid_argument("the task holds no script");
    UserProcessOptions process;
    TRY(process.argv, script_command(*script, job.python.string()));
    const fs::path directory = job.code / fs::path(get_string_or(*script, "working_dir", ".")).relative_path();
    std::error_code failure;
    if (!fs::is_directory(directory, failure))
      return not_found("the code has no folder '" + get_string_or(*script, "working_dir", ".") + "'");
    Runtime& runtime = *job.runtime;
    const Command command{.argv = std::move(process.argv),
                          .environment = task_environment(job, directory.lexically_normal().string()),
                          .directory = directory.lexically_normal().string()};
    HostCommand start = runtime.wrap(command);
    process.argv = std::move(start.argv);
    process.environment = std::move(start.environment);
    process.directory = std::move(start.directory);
    process.input = std::move(start.input);
    if (runtime.is_apart()) process.signal = [&runtime](int signal) { runtime.signal_all(signal); };
    process.output = [&job](std::string_view text) { job.log.bytes(text); };
    process.on_started = job.on_script;
    const config::Settings& settings = job.settings.values;
    TRY(const std::int64_t grace, settings.get_int("agent.stop_grace_sec"));
    process.grace = std::chrono::seconds(grace);
    TRY(const std::int64_t time_max, settings.get_int("agent.max_run_sec"));
    if (time_max > 0) process.time_max = std::chrono::seconds(time_max);
    TRY(const std::int64_t spool_max_mb, settings.get_int("agent.spool_max_mb"));
    process.has_room = [&job, bytes = spool_max_mb << 20] { return job.log.has_room(bytes); };

    TRY(const UserProcessEnd end, run_user_process(process, job.clock, job.stop.token()));
    job.log.flush_line();
    job.outcome = outcome(runtime, end, std::chrono::seconds(time_max));
    return {};
  }

 private:
  static Outcome outcome(const Runtime& runtime, const UserProcessEnd& end, std::chrono::seconds time_max) {
    if (end.is_over_time) return Outcome::timed_out(time_max);
    const proc::ExitStatus status = runtime.status_of(end.status);
    if (status.is_success()) return Outcome::completed();
    if (end.is_out_of_memory || (status.signal == SIGKILL && runtime.is_out_of_memory()))
      return Outcome::out_of_memory();
    if (const auto why = status.signal == SIGKILL ? runtime.why_gone() : std::nullopt)
      return Outcome::lost_container(*why);
    return Outcome::failed(status);
  }
};

}  // namespace

std::unique_ptr<Stage> make_execute() {
  return std::make_unique<ExecuteStage>();
}

}  // namespace jarvis::agent
