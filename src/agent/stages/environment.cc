// Makes or finds the Python environment that the task recorded, and tells the server what is in it.
#include "agent/python/environment.h"

#include "agent/job/stage.h"
#include "agent/python/requirements.h"
#include "agent/stages/stages.h"

namespace jarvis::agent {
namespace {

class EnvironmentStage final : public Stage {
 public:
  std::string_view name() const override { return "environment"; }

  Status run(JobContext& job) override {
    const json::object* script = get_object(job.task, "script");
    if (script == nullptr) return invalid_argument("the task holds no script");
    const PythonSpec spec{.version = python_version(*script), .requirements = with_sdk(requirements_text(*script))};
    const AgentSettings& settings = job.settings;
    TRY(const PythonEnvironment made,
        prepare_python(spec, {.cache_dir = settings.path("agent.venvs_cache.path", settings.home / "venvs-cache"),
                              .environment = settings.environment,
                              .extra_index_urls = settings.extra_index_urls(),
                              .python_binary = settings.values.get("agent.python_binary"),
                              .directory = job.code,
                              .output = [&job](std::string_view text) { job.log.bytes(text); },
                              .stop = job.stop.token()}));
    job.python = made.directory / "bin" / "python";
    job.log.line("[jarvis] environment " + made.directory.filename().string() +
                 (made.was_cached ? " (reused)" : " (new)"));
    const std::string installed = made.installed.substr(0, made.installed.find_last_not_of('\n') + 1);
    if (!made.was_cached && !installed.empty()) job.log.line(installed);
    return {};
  }
};

}  // namespace

std::unique_ptr<Stage> make_environment() {
  return std::make_unique<EnvironmentStage>();
}

}  // namespace jarvis::agent
