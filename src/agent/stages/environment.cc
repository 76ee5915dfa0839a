// Makes or finds the Python environment that the task recorded, and tells the server what is in it.
#include "agent/python/environment.h"

#include "agent/cache/eviction.h"
#include "agent/git/access.h"
#include "agent/job/stage.h"
#include "agent/python/requirements.h"
#include "agent/stages/stages.h"
#include "proc/run.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

class EnvironmentStage final : public Stage {
 public:
  std::string_view name() const override { return "environment"; }

  Status run(JobContext& job) override {
    const json::object* script = get_object(job.task, "script");
    if (script == nullptr) return invalid_argument("the task holds no script");
    auto made = prepare(job, *script, requirements_text(*script));
    if (!made && made.error().code() == ErrorCode::invalid_argument && !original_requirements(*script).empty()) {
      job.log.line("[jarvis] " + made.error().message());
      job.log.line("[jarvis] trying the packages as they were recorded at first");
      made = prepare(job, *script, original_requirements(*script));
    }
    if (!made) return std::move(made).error();
    environment_ = std::move(*made);
    job.python = environment_->directory / "bin" / "python";
    job.log.line("[jarvis] environment " + environment_->directory.filename().string() +
                 (environment_->was_cached ? " (reused)" : " (new)"));
    const std::string& installed = environment_->installed;
    if (!environment_->was_cached && !installed.empty())
      job.log.line(installed.substr(0, installed.find_last_not_of('\n') + 1));
    if (job.settings.values.get_bool("agent.package_manager.update_back_requirements")) tell_installed(job, *script);
    return {};
  }

  void unwind(JobContext& job) override {
    if (!environment_) return;
    const bool is_reusable = environment_->is_reusable;
    environment_->in_use.reset();
    if (!is_reusable) {
      if (const Status status = remove_python(std::move(*environment_)); !status)
        job.log.line("[jarvis] the environment stays: " + status.error().message());
    }
    const config::Settings& settings = job.settings.values;
    const double free_gb = std::strtod(settings.get("agent.venvs_cache.free_space_threshold_gb").c_str(), nullptr);
    const auto evicted =
        evict(records(job),
              {.entries_max = static_cast<std::size_t>(settings.get_int("agent.venvs_cache.max_entries").value_or(0)),
               .free_bytes_min = free_gb > 0 ? static_cast<std::uint64_t>(free_gb * 1e9) : 0,
               .is_busy = {}});
    if (!job.runtime->is_apart()) return;
    for (const fs::path& record : evicted)
      (void)proc::remove_tree(cache(job) / record.filename());
  }

 private:
  static fs::path cache(const JobContext& job) {
    if (const auto folder = job.runtime->shared_folder()) return *folder / "venvs";
    return job.settings.path("agent.venvs_cache.path", job.settings.home / "venvs-cache");
  }

  /// Where evictions look: entries with their locks.
  static fs::path records(const JobContext& job) {
    const fs::path folder = cache(job);
    if (!job.runtime->is_apart()) return folder;
    return job.settings.home / "environment-records" / folder.parent_path().filename();
  }

  /// In a container the installer runs there, and what we write comes in by a folder that it only reads.
  static std::optional<PythonPlace> place(const JobContext& job) {
    if (!job.runtime->is_apart()) return std::nullopt;
    const Runtime* runtime = job.runtime.get();
    return PythonPlace{
        .run =
            [runtime](const proc::RunOptions& inside, const std::stop_token& stop) {
              HostCommand command = runtime->wrap(
                  {.argv = inside.argv, .environment = inside.environment, .directory = inside.directory});
              proc::RunOptions run = inside;
              run.argv = std::move(command.argv);
              run.environment = std::move(command.environment);
              run.directory = std::move(command.directory);
              run.input = std::move(command.input);
              return proc::run(run, stop);
            },
        .identity = runtime->identity(),
        .uv = "/.jarvis/uv",
        .records_dir = records(job),
        .given_dir = job.directory / "given",
        .prefers_own_python = job.settings.values.get("agent.container_python") != "task"};
  }

  /// What an earlier installation replaced by the exact packages.
  static std::string original_requirements(const json::object& script) {
    const json::object* requirements = get_object(script, "requirements");
    if (requirements == nullptr || !requirements->contains("org_pip")) return {};
    return requirements_text({{"requirements", {{"pip", requirements->at("org_pip")}}}});
  }

  static Result<PythonEnvironment> prepare(JobContext& job, const json::object& script,
                                           const std::string& requirements) {
    const AgentSettings& settings = job.settings;
    PythonSpec spec{.version = python_version(script), .requirements = with_sdk(requirements)};
    if (settings.values.get_bool("agent.ignore_requested_python_version")) spec.version.clear();
    proc::Environment environment = job.runtime->environment();
    // Packages from repositories are fetched with the passwords of the code's.
    if (spec.requirements.find("git+") != std::string::npos)
      environment = route_to(get_string_or(script, "repository", ""), git_access(settings), environment).environment;
    return prepare_python(
        spec, {.cache_dir = cache(job),
               .place = place(job),
               .environment = std::move(environment),
               .extra_index_urls = settings.extra_index_urls(),
               .uses_uv = settings.values.get("agent.package_manager.type") != "pip",
               .sees_system_packages = job.runtime->is_apart() ||
                                       settings.values.get_bool("agent.package_manager.system_site_packages") ||
                                       settings.values.get_bool("agent.standalone_mode"),
               .python_binary = settings.values.get("agent.python_binary"),
               .directory = job.code,
               .output = [&job](std::string_view text) { job.log.bytes(text); },
               .stop = job.stop.token()});
  }

  /// The next run of the task gets exactly these packages; what was recorded at first stays beside them.
  void tell_installed(JobContext& job, const json::object& script) const {
    if (environment_->installed.empty()) return;
    const std::string exact = as_installed(script, environment_->installed);
    json::object requirements;
    if (const json::object* recorded = get_object(script, "requirements")) requirements = *recorded;
    const json::value before = requirements.contains("pip") ? requirements.at("pip") : json::value("");
    if (before.is_string() && before.get_string() == exact) return;
    if (!requirements.contains("org_pip")) requirements["org_pip"] = before;
    requirements["pip"] = exact;
    const auto told =
        job.api("tasks.set_requirements", {{"task", job.task.at("id")}, {"requirements", std::move(requirements)}});
    if (!told) job.log.line("[jarvis] the installed packages were not taken: " + told.error().message());
  }

  std::optional<PythonEnvironment> environment_;
};

}  // namespace

std::unique_ptr<Stage> make_environment() {
  return std::make_unique<EnvironmentStage>();
}

}  // namespace jarvis::agent
