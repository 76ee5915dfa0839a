#include "agent/cli/build_command.h"

#include <fcntl.h>
#include <unistd.h>

#include <iostream>

#include "agent/cli/commands.h"
#include "agent/cli/daemons.h"
#include "agent/cli/signals.h"
#include "agent/job/by_hand.h"
#include "agent/job/job.h"
#include "agent/job/pipeline.h"
#include "agent/stages/bundle.h"
#include "agent/stages/stages.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

/// The log of what is built goes to the terminal alone.
Result<std::unique_ptr<TaskLog>> open_log(const std::filesystem::path& directory, const AgentSettings& settings,
                                          const Clock& clock) {
  TRY(auto spool, Spool::open(directory));
  auto log = std::make_unique<TaskLog>(std::move(spool), redactor_for(settings), clock);
  log->copy_to(proc::UniqueFd(::dup(STDOUT_FILENO)));
  log->start_shipping([](const std::vector<LogRecord>&) { return Status(); });
  return log;
}

Result<BundleTarget> target_of(const BuildFlags& flags, const std::optional<ContainerRequest>& container) {
  BundleTarget out{.place = flags.target, .is_image = container.has_value()};
  if (container) out.engine = container->engine;
  if (!flags.entry.empty() && !container)
    return invalid_argument("--entry-point is what an image does when it is started: add --docker or --podman");
  if (flags.entry == "reuse_task") out.entry = BundleTarget::Entry::reuse_task;
  if (flags.entry == "clone_task") out.entry = BundleTarget::Entry::clone_task;
  if (container && (out.place.empty() || out.place.starts_with('-')))
    return invalid_argument("'" + out.place + "' is no name of an image");
  return out;
}

Result<Outcome> build(const BuildFlags& flags, const AgentSettings& settings) {
  TRY(auto container, container_request(flags.run.container));
  TRY(BundleTarget target, target_of(flags, container));
  const SystemClock clock;
  JobStop stop;
  const Signals signals([&](int) { stop.request(JobStop::Cause::user); });
  Session session(session_options(settings, host_name() + ":build"), clock);
  TRY(const json::object task, fetch_task(session, flags.task));
  CHECK_OK(proc::make_directories(settings.home / "builds", 0700));
  TRY(const proc::TempDir directory, proc::TempDir::make(settings.home / "builds", "build-"));
  TRY(const auto log, open_log(directory.path(), settings, clock));
  JobContext job{.settings = settings,
                 .clock = clock,
                 .log = *log,
                 .stop = stop,
                 .api = [&](std::string_view action, const json::object& body) { return session.call(action, body); },
                 .task = task,
                 .directory = directory.path(),
                 .runtime = std::make_unique<HostRuntime>(settings.environment)};
  if (json::value* script = job.task.if_contains("script");
      !flags.python.empty() && script != nullptr && script->is_object())
    script->get_object()["binary"] = "python" + flags.python;
  Stages stages;
  stages.push_back(make_checkout());
  if (container) stages.push_back(make_container(std::move(*container)));
  stages.push_back(make_environment());
  stages.push_back(make_bundle(std::move(target)));
  Pipeline pipeline(stages, job);
  Outcome outcome = pipeline.run();
  pipeline.unwind();
  outcome.message = log->redacted(std::move(outcome.message));
  return outcome;
}

}  // namespace

void add_build(CLI::App& app, BuildFlags& flags, SettingFlags& settings) {
  CLI::App* command = app.add_subcommand("build", "Make a folder or an image of a task: its code and its packages");
  command->add_option("--id", flags.task, "The task's id")->required();
  command->add_option("--target", flags.target, "The folder (new or empty); with --docker the image's name")
      ->required();
  command->add_option("--python-version", flags.python, "Instead of the version that the task recorded");
  command
      ->add_option("--entry-point", flags.entry, "What the image does: run the task itself, or a copy of it each time")
      ->check(CLI::IsMember({"reuse_task", "clone_task"}));
  add_run_flags(*command, flags.run, settings);
  add_switch(*command, settings, "--force-docker", "agent.disable_task_docker_override",
             "This image, whichever the task names");
  refuse_flag(*command, "--install-globally", "packages are always installed apart from the image's own");
  command->footer(
      "Examples:\n  jarvis-agent build --id 3f1c... --target ~/task && ~/task/run\n"
      "  jarvis-agent build --id 3f1c... --docker python:3.12-bookworm --target task-image --entry-point clone_task\n"
      "Exit code: 0 built, 1 not.");
}

int run_build(const BuildFlags& flags, AgentSettings settings) {
  if (const auto gpus = take_gpus(flags.run, settings); !gpus) return report_error(gpus.error());
  const auto outcome = build(flags, settings);
  if (!outcome) return report_error(outcome.error());
  if (outcome->kind == Outcome::Kind::completed) return kExitDone;
  std::cerr << "jarvis-agent: " << outcome->reason << ": " << outcome->message << "\n";
  return kExitFailed;
}

}  // namespace jarvis::agent
