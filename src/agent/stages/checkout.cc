// Puts the task's code into the job's directory: a worktree of its repository, or the one file that was recorded.
#include "agent/git/checkout.h"

#include "agent/cache/eviction.h"
#include "agent/job/stage.h"
#include "agent/stages/network.h"
#include "agent/stages/stages.h"
#include "agent/stages/task_environment.h"
#include "proc/files.h"
#include "proc/path_within.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

class CheckoutStage final : public Stage {
 public:
  std::string_view name() const override { return "checkout"; }

  Status run(JobContext& job) override {
    job.code = job.directory / "code";
    const json::object* script = get_object(job.task, "script");
    if (script == nullptr) return invalid_argument("the task holds no script");
    if (code_root(job) != job.code) {
      job.log.line("[jarvis] code: that of " + code_root(job).string());
      return use_folder(job);
    }
    if (get_string_or(*script, "repository", "").empty()) return write_file(job, *script);

    const GitSource source{.repository = get_string_or(*script, "repository", ""),
                           .branch = get_string_or(*script, "branch", ""),
                           .tag = get_string_or(*script, "tag", ""),
                           .commit = get_string_or(*script, "version_num", ""),
                           .diff = get_string_or(*script, "diff", ""),
                           .script_file = script_file(*script)};
    TRY(GitOptions git, options(job));
    TRY(checkout_, check_out(source, job.code, git));
    is_made_ = true;
    job.mirror = checkout_.mirror;
    if (checkout_.commit != source.commit) return note_commit(job);
    return {};
  }

  void unwind(JobContext& job) override {
    if (!is_made_) return;
    auto git = options(job);
    if (!git) return;
    git->stop = {};
    if (const Status status = remove_checkout(checkout_, *git); !status)
      job.log.line("[jarvis] the worktree stays: " + status.error().message());
    evict(git->cache_dir, {.entries_max = static_cast<std::size_t>(
                               job.settings.values.get_int("agent.vcs_cache.max_entries").value_or(0)),
                           .is_busy = has_worktree});
  }

 private:
  static Result<GitOptions> options(JobContext& job) {
    const config::Settings& values = job.settings.values;
    TRY(auto fetch_arguments, job.settings.words("agent.git_fetch_args"));
    TRY(NetworkRetries retries, network_retries(job));
    // Without a cache the mirror is the job's own, and goes with it.
    const fs::path cache = values.get_bool("agent.vcs_cache.enabled")
                               ? job.settings.path("agent.vcs_cache.path", job.settings.home / "vcs-cache")
                               : job.directory / "vcs-cache";
    return GitOptions{.cache_dir = cache,
                      .environment = job.settings.environment,
                      .access = git_access(job.settings),
                      .fetch_arguments = std::move(fetch_arguments),
                      .is_talkative = values.get_bool("agent.git_clone_verbose"),
                      .clones_again = values.get_bool("agent.vcs_cache.clone_on_pull_fail"),
                      .output = [&job](std::string_view text) { job.log.bytes(text); },
                      .retries = std::move(retries),
                      .stop = job.stop.token()};
  }

  /// agent.force_code_dir: a folder of this machine, or one that the container's image brings.
  static Status use_folder(JobContext& job) {
    const fs::path folder = code_root(job);
    std::error_code failure;
    if (!fs::is_directory(folder, failure)) return proc::make_directories(job.code, 0755);
    job.code = folder;
    return {};
  }

  /// Where the script lies in the code; "" when the task runs a module.
  static std::string script_file(const json::object& script) {
    const std::string entry = get_string_or(script, "entry_point", "");
    if (entry.empty() || entry.starts_with("-")) return {};
    return (fs::path(get_string_or(script, "working_dir", ".")) / entry.substr(0, entry.find(' '))).string();
  }

  /// Recorded without git: the whole text is in `diff`.
  static Status write_file(JobContext& job, const json::object& script) {
    const std::string text = get_string_or(script, "diff", "");
    std::string entry = get_string_or(script, "entry_point", "");
    if (text.empty()) return invalid_argument("the task holds neither a repository nor the text of a script");
    if (entry.empty() || entry.starts_with("-")) entry = "script.py";
    entry = entry.substr(0, entry.find(' '));
    TRY(const fs::path folder, proc::path_within(job.code, get_string_or(script, "working_dir", ".")));
    TRY(const fs::path path, proc::path_within(folder, entry));
    CHECK_OK(proc::make_directories(path.parent_path(), 0755));
    return proc::write_file_durably(path, text, 0644);
  }

  /// A branch moves: the task tells which commit ran.
  Status note_commit(JobContext& job) const {
    job.log.line("[jarvis] commit " + checkout_.commit);
    json::object script = job.task.at("script").as_object();
    script["version_num"] = checkout_.commit;
    TRY(const json::object ignored,
        job.api("tasks.edit", {{"task", job.task.at("id")}, {"force", true}, {"script", script}}));
    return {};
  }

  Checkout checkout_;
  bool is_made_ = false;
};

}  // namespace

std::unique_ptr<Stage> make_checkout() {
  return std::make_unique<CheckoutStage>();
}

}  // namespace jarvis::agent
