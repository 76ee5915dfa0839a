// Makes or finds the Python environment that the task recorded, and tells the server what is in it.
#include "agent/python/environment.h"

#include "agent/cache/eviction.h"
#include "agent/git/access.h"
#include "agent/job/stage.h"
#include "agent/python/requirements.h"
#include "agent/python/torch.h"
#include "agent/stages/accelerator.h"
#include "agent/stages/build_script.h"
#include "agent/stages/conda.h"
#include "agent/stages/network.h"
#include "agent/stages/packages.h"
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
    TRY(const bool is_ready, use_ready_python(job));
    if (is_ready) return {};
    TRY(const bool is_built, run_build_script(job));
    if (is_built) return {};
    TRY(PackageSource source, package_source(job.settings, *script, job.code));
    if (source.spec.conda && job.settings.values.get_bool("agent.package_manager.use_conda_base_env")) {
      // Beside conda's base, which stays as it is, and whose packages it sees.
      TRY(conda_base_, conda_base(job));
      source.spec.conda.reset();
    }
    if (!source.origin.empty()) job.log.line("[jarvis] packages: those of the repository's " + source.origin);
    auto made = prepare(job, *script, source.spec);
    if (!made && made.error().code() == ErrorCode::invalid_argument && !original_requirements(*script).empty()) {
      job.log.line("[jarvis] " + made.error().message());
      job.log.line("[jarvis] trying the packages as they were recorded at first");
      PythonSpec original = source.spec;
      original.requirements = original_requirements(*script);
      made = prepare(job, *script, std::move(original));
    }
    if (!made) return std::move(made).error();
    environment_ = std::move(*made);
    job.python = environment_->directory / "bin" / "python";
    job.log.line("[jarvis] environment " + environment_->directory.filename().string() +
                 (environment_->was_cached ? " (reused)" : " (new)"));
    const std::string& installed = environment_->installed;
    if (!environment_->was_cached && !installed.empty())
      job.log.line(installed.substr(0, installed.find_last_not_of('\n') + 1));
    // A lock file stays what counts.
    const config::Settings& values = job.settings.values;
    // pip's list tells nothing of what conda brought.
    const bool is_whole = !source.spec.conda || values.get_bool("agent.package_manager.conda_full_env_update");
    if (!source.spec.project && is_whole && values.get_bool("agent.package_manager.update_back_requirements"))
      tell_installed(job, *script);
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
    environment_.reset();  // a service's place is unwound as often as it is made
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
  /// An interpreter that has all it needs already, in an image or on the machine, when the settings or the container's
  /// variables say that there is one: its path, or "1" for the one on PATH.
  static Result<bool> use_ready_python(JobContext& job) {
    std::string named = job.settings.values.get("agent.package_manager.skip_install");
    for (const char* name : {"JARVIS_AGENT_SKIP_PYTHON_ENV_INSTALL", "CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL",
                             "CLEARML_AGENT_SKIP_PIP_VENV_INSTALL"}) {
      if (const auto inside = job.runtime->environment().get(name); named.empty() && inside) named = *inside;
    }
    if (named.empty()) {
      TRY(named, conda_python(job));
    }
    if (named.empty() || named == "0" || named == "false") return false;
    job.python = named;
    if (named.find('/') == std::string::npos) {
      TRY(const auto found, run_in(*job.runtime,
                                   {.argv = {"/bin/sh", "-c", "command -v python3 || command -v python"},
                                    .environment = job.runtime->environment(),
                                    .directory = "/"},
                                   job.stop.token()));
      if (!found.is_success()) return not_found("no packages are to be installed, and there is no python3 on PATH");
      job.python = found.out.substr(0, found.out.find('\n'));
    }
    job.log.line("[jarvis] packages: those that " + job.python.string() + " has");
    return true;
  }

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
    return PythonPlace{.run = [runtime](const proc::RunOptions& inside,
                                        const std::stop_token& stop) { return run_in(*runtime, inside, stop); },
                       .identity = runtime->identity(),
                       .uv = "/.jarvis/uv",
                       .records_dir = records(job),
                       .given_dir = job.directory / "given",
                       .prefers_own_python = job.settings.values.get("agent.container_python") != "task"};
  }

  Result<PythonOptions> options(JobContext& job, const json::object& script, const PythonSpec& spec) const {
    const AgentSettings& settings = job.settings;
    const auto setting = [](const char* name) { return "agent.package_manager." + std::string(name); };
    proc::Environment environment = job.runtime->environment();
    // Packages from repositories are fetched with the passwords of the code's.
    if (spec.requirements.find("git+") != std::string::npos || spec.project)
      environment = route_to(get_string_or(script, "repository", ""), git_access(settings), environment).environment;
    TRY(NetworkRetries retries, network_retries(job));
    TRY(auto flags, settings.words(setting("extra_pip_install_flags")));
    if (settings.values.get_bool(setting("force_upgrade"))) flags.emplace_back("--upgrade");
    return PythonOptions{
        .cache_dir = cache(job),
        .place = place(job),
        .environment = std::move(environment),
        .extra_index_urls = settings.extra_index_urls(),
        .takes_best_of_indexes = settings.values.get_bool(setting("uv_unsafe_best_match")),
        .order = {.first = settings.strings(setting("priority_packages")),
                  .first_if_possible = settings.strings(setting("priority_optional_packages")),
                  .last = settings.strings(setting("post_packages")),
                  .last_if_possible = settings.strings(setting("post_optional_packages"))},
        .install_flags = std::move(flags),
        .pip_version = settings.values.get(setting("pip_version")),
        .uses_uv = settings.values.get(setting("type")) != "pip",
        .sees_system_packages = sees_system_packages(job),
        .sees_activated = job.runtime->is_apart() && settings.values.get_bool("agent.docker_use_activated_venv"),
        .python_binary = conda_base_.empty() ? settings.values.get("agent.python_binary") : conda_base_,
        .directory = job.code,
        .output = [&job](std::string_view text) { job.log.bytes(text); },
        .retries = std::move(retries),
        .stop = job.stop.token()};
  }

  /// In a container always, but for who says no.
  bool sees_system_packages(const JobContext& job) const {
    const config::Settings& values = job.settings.values;
    const config::Setting& wish = values.at("agent.package_manager.system_site_packages");
    if (!conda_base_.empty() || values.get_bool("agent.standalone_mode")) return true;
    if (job.runtime->is_apart() && !wish.origin.starts_with("environment")) return true;
    return values.get_bool("agent.package_manager.system_site_packages");
  }

  static TorchIndexes torch_indexes(const AgentSettings& settings) {
    TorchIndexes out;
    const auto take = [&](const char* name, std::string& into) {
      if (const std::string& value = settings.values.get(name); !value.empty()) into = value;
    };
    take("agent.package_manager.extra_index_url_template", out.cuda);
    take("agent.package_manager.rocm_extra_index_url_template", out.rocm);
    take("agent.package_manager.cpu_extra_index_url", out.processor);
    return out;
  }

  Result<PythonEnvironment> prepare(JobContext& job, const json::object& script, PythonSpec spec) const {
    spec.requirements = with_sdk(spec.requirements);
    TRY(const PythonOptions options, options(job, script, spec));
    if (job.settings.values.get("agent.package_manager.pytorch_resolve") == "none")
      return prepare_python(spec, options);
    // To wake a driver takes its time: it is asked only where there is torch.
    std::optional<Accelerator> accelerator;
    if (asks_for_torch(spec.requirements)) {
      TRY(accelerator, accelerator_of(job.settings, job.runtime->environment()));
    }
    TRY(auto made, accelerator ? prepare_with_torch(job, spec, options, *accelerator) : prepare_python(spec, options));
    const auto build = installed_torch(made.directory);
    if (!build) return made;
    if (!accelerator) {
      // Another package brought it.
      TRY(accelerator, accelerator_of(job.settings, job.runtime->environment()));
    }
    CHECK_OK(check_torch(*build, *accelerator));
    return made;
  }

  /// With the build of torch that this machine's GPUs run.
  static Result<PythonEnvironment> prepare_with_torch(JobContext& job, const PythonSpec& spec,
                                                      const PythonOptions& options, const Accelerator& accelerator) {
    TRY(const TorchChoice torch,
        choose_torch(spec.requirements, spec.version, accelerator, torch_indexes(job.settings)));
    job.log.line("[jarvis] " + torch.reason);
    PythonSpec chosen = spec;
    chosen.requirements = torch.requirements;
    PythonOptions with_index = options;
    with_index.extra_index_urls.insert(with_index.extra_index_urls.begin(), torch.indexes.begin(), torch.indexes.end());
    auto made = prepare_python(chosen, with_index);
    if (made || accelerator.kind != Accelerator::Kind::processor || made.error().code() != ErrorCode::invalid_argument)
      return made;
    // Every build computes on a processor: without that index there is still the other.
    job.log.line("[jarvis] " + made.error().message());
    job.log.line("[jarvis] trying any build of torch");
    return prepare_python(spec, options);
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
  std::string conda_base_;  // its interpreter, where conda's own environment is used
};

}  // namespace

std::unique_ptr<Stage> make_environment() {
  return std::make_unique<EnvironmentStage>();
}

}  // namespace jarvis::agent
