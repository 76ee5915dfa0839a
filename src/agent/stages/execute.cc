// Runs the user's script to its end and names how it ended.
#include <signal.h>

#include <algorithm>

#include "agent/job/abort_wait.h"
#include "agent/job/stage.h"
#include "agent/job/watch.h"
#include "agent/stages/command.h"
#include "agent/stages/exec_user.h"
#include "agent/stages/stages.h"
#include "agent/stages/task_environment.h"
#include "agent/stages/user_process.h"
#include "proc/files.h"
#include "proc/path_within.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

class ExecuteStage final : public Stage {
 public:
  std::string_view name() const override { return "execute"; }

  Status run(JobContext& job) override {
    const json::object* recorded = get_object(job.task, "script");
    if (recorded == nullptr) return invalid_argument("the task holds no script");
    const json::object script = forced_script(*recorded, job.settings.values.get("agent.force_exec_script"));
    UserProcessOptions process;
    TRY(process.argv, script_command(script, job.python.string()));
    TRY(const fs::path directory, directory_of(job, script));
    if (job.settings.values.get_bool("agent.force_task_init")) CHECK_OK(call_task_init(job, script));
    Runtime& runtime = *job.runtime;
    Command command{.argv = std::move(process.argv),
                    .environment = task_environment(job, directory.string()),
                    .directory = directory.string()};
    TRY(const auto user, exec_user(job));
    if (user) CHECK_OK(hand_over(job, *user, command.directory, command.environment));
    TRY(process.at_stop, stop_command(job, command, user));
    if (user) {
      TRY(command, as_user(*user, std::move(command)));
    }
    HostCommand start = runtime.wrap(command);
    process.argv = std::move(start.argv);
    process.environment = std::move(start.environment);
    process.directory = std::move(start.directory);
    process.input = std::move(start.input);
    if (runtime.is_apart()) process.signal = [&runtime](int signal) { runtime.signal_all(signal); };
    process.output = [&job](std::string_view text) { job.log.bytes(text); };
    process.on_started = job.on_script;
    process.hurry = job.stop.hurried();
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
    note_own_end(job, runtime.status_of(end.status));
    return {};
  }

 private:
  static Result<fs::path> directory_of(const JobContext& job, const json::object& script) {
    const std::string relative = get_string_or(script, "working_dir", ".");
    const fs::path root = code_root(job);
    fs::path out = (root / fs::path(relative).relative_path()).lexically_normal();
    if (*out.lexically_relative(root.lexically_normal()).begin() == "..")
      return invalid_argument("the working directory '" + relative + "' lies outside of the code");
    std::error_code failure;
    // What an image brings is not seen from here.
    const bool is_here = root == job.code || !job.runtime->is_apart();
    if (is_here && !fs::is_directory(out, failure)) return not_found("the code has no folder '" + relative + "'");
    return out;
  }

  /// In the job's own copy of the script only.
  static Status call_task_init(const JobContext& job, const json::object& script) {
    TRY(const auto words, split_words(get_string_or(script, "entry_point", "")));
    const auto file = proc::path_within(
        job.code, fs::path(get_string_or(script, "working_dir", ".")) / (words.empty() ? "" : words[0]));
    std::error_code failure;
    if (job.code != job.directory / "code" || !file || file->extension() != ".py" ||
        !fs::is_regular_file(*file, failure))
      return {};
    TRY(const std::string text, proc::read_file(*file));
    return proc::write_file_durably(*file, with_task_init(text), 0644);
  }

  /// agent.abort_callback_cmd, or the variable of that name in the task's container.
  static Result<std::optional<StopCommand>> stop_command(const JobContext& job, const Command& script,
                                                         const std::optional<ExecUser>& user) {
    std::string text = job.settings.values.get("agent.abort_callback_cmd");
    for (const char* name : {"JARVIS_AGENT_ABORT_CALLBACK_CMD", "CLEARML_AGENT_ABORT_CALLBACK_CMD"})
      if (const auto inside = job.runtime->environment().get(name); text.empty() && inside) text = *inside;
    if (trimmed(text).empty()) return std::optional<StopCommand>();
    TRY(auto words, split_words(text));
    TRY(const double seconds, job.settings.number("agent.abort_callback_timeout"));
    TRY(const double longest, job.settings.number("agent.abort_callback_max_timeout"));
    Command command{.argv = std::move(words), .environment = script.environment, .directory = script.directory};
    if (user) {
      TRY(command, as_user(*user, std::move(command)));
    }
    HostCommand start = job.runtime->wrap(command);
    return std::optional(
        StopCommand{.argv = std::move(start.argv),
                    .environment = std::move(start.environment),
                    .directory = std::move(start.directory),
                    .input = std::move(start.input),
                    .time_max = std::chrono::milliseconds(static_cast<int>(std::min(seconds, longest) * 1000))});
  }

  /// A script that registered a callback for its abort kills itself when that is done; the watch may not have seen yet
  /// that it was to stop.
  static void note_own_end(const JobContext& job, const proc::ExitStatus& status) {
    constexpr int kKilled = 128 + SIGKILL;
    if (status.signal != SIGKILL && status.code != kKilled) return;
    const auto data = job.api("tasks.get_all", {{"id", json::array{job.task.at("id")}},
                                                {"only_fields", json::array{"status", "status_message", "runtime"}},
                                                {"search_hidden", true}});
    const json::array* tasks = data ? get_array(*data, "tasks") : nullptr;
    if (tasks == nullptr || tasks->empty() || !tasks->front().is_object()) return;
    const json::object& task = tasks->front().get_object();
    const json::object* runtime = get_object(task, "runtime");
    const JobStop::Cause cause = cause_of(get_string_or(task, "status", ""), get_string_or(task, "status_message", ""));
    if (cause == JobStop::Cause::user && runtime != nullptr && is_callback_done(*runtime)) job.stop.announce(cause);
  }

  static Outcome outcome(const Runtime& runtime, const UserProcessEnd& end, std::chrono::seconds time_max) {
    if (end.is_over_time) return Outcome::timed_out(time_max);
    const proc::ExitStatus status = runtime.status_of(end.status);
    if (status.is_success()) return Outcome::completed();
    if (end.is_out_of_memory || (status.signal == SIGKILL && runtime.is_out_of_memory()))
      return Outcome::out_of_memory();
    if (const auto why = runtime.why_gone(status)) return Outcome::lost_container(*why);
    return Outcome::failed(status);
  }
};

}  // namespace

std::unique_ptr<Stage> make_execute() {
  return std::make_unique<ExecuteStage>();
}

}  // namespace jarvis::agent
