#include "agent/cli/cli.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "agent/cli/commands.h"
#include "agent/cli/completion_command.h"
#include "agent/cli/doctor_command.h"
#include "agent/cli/logs_command.h"
#include "base/log.h"

namespace jarvis::agent {
namespace {

/// All that a command line can say.
struct CommandLine {
  std::string config_file;
  bool is_verbose = false;
  DaemonFlags daemon;
  ExecuteFlags execute;
  InitFlags init;
  LogsFlags logs;
  std::string shell;
};

void add_init(CLI::App& app, InitFlags& flags) {
  CLI::App* init = app.add_subcommand("init", "Check the server and credentials, and write ~/jarvis.conf");
  init->add_flag("-y,--yes", flags.assumes_yes, "Ask nothing: take the flags, the environment, the defaults");
  init->add_flag("--overwrite", flags.overwrites, "Replace an existing ~/jarvis.conf");
  init->add_option("--api-server", flags.api, "Address of the API server");
  init->add_option("--web-server", flags.web, "Address of the web server");
  init->add_option("--files-server", flags.files, "Address of the file server");
  init->add_option("--access-key", flags.access_key, "Access key");
  init->add_option("--secret-key", flags.secret_key,
                   "Secret key (others of this machine see flags: JARVIS_API_SECRET_KEY is safer)");
  init->footer(
      "Examples:\n  jarvis-agent init\n  jarvis-agent init --yes --api-server http://10.0.0.5:8008 "
      "--access-key KEY --secret-key SECRET");
}

/// `--docker "IMAGE ARGUMENT..."`, or in words of their own.
void add_container(CLI::App& command, ContainerFlags& flags) {
  const auto add = [&](const std::string& engine, bool& is_used) {
    return command
        .add_option_function<std::vector<std::string>>(
            "--" + engine,
            [&flags, &is_used](std::vector<std::string> words) {
              std::erase(words, "");
              is_used = true;
              flags.words = std::move(words);
            },
            "Run tasks in " + engine +
                "; [IMAGE ARGUMENT...] for those that name no image (quoted, when an argument begins with a dash)")
        ->expected(0, 100)
        ->type_name("[IMAGE ...]");
  };
  add("podman", flags.uses_podman)->excludes(add("docker", flags.uses_docker));
}

void add_daemon(CLI::App& app, DaemonFlags& flags) {
  CLI::App* daemon = app.add_subcommand("daemon", "Take tasks from queues and run them");
  daemon->add_option("-q,--queue", flags.queues, "Queues by name or id, the most important first (none: the default)")
      ->expected(1, 100);
  auto* detached = daemon->add_flag("-d,--detached", flags.is_detached, "Answer when registered; run on in background");
  daemon
      ->add_flag_function(
          "-f,--foreground", [&flags](std::int64_t) { flags.is_detached = false; },
          "Stay in this terminal: the default")
      ->excludes(detached);
  daemon->add_flag("--create-queue", flags.creates_queues, "Make queues that do not exist");
  daemon->add_flag("--stop", flags.stops, "Stop the daemons here (with --queue: those of exactly these queues)");
  daemon
      ->add_option("--polling-interval", flags.polling_interval,
                   "Seconds between questions to a server without long poll")
      ->check(CLI::Range(0.1, 3600.0));
  add_container(*daemon, flags.container);
  daemon->add_option("--announce", flags.announce_log)->group("");
  daemon->footer(
      "Examples:\n  jarvis-agent daemon --queue urgent default\n"
      "  jarvis-agent daemon --queue gpu --create-queue --detached\n  jarvis-agent daemon --stop");
}

void add_execute(CLI::App& app, ExecuteFlags& flags) {
  CLI::App* execute = app.add_subcommand("execute", "Run one task here, now");
  execute->add_option("--id", flags.task, "The task's id")->required();
  add_container(*execute, flags.container);
  execute->add_option("--worker", flags.worker)->group("");
  execute->add_option("--queue-id", flags.queue)->group("");
  execute->add_option("--epoch", flags.epoch)->group("");
  execute->footer(
      "Example:\n  jarvis-agent execute --id 3f1c...\n"
      "Exit code: 0 completed, 1 failed or stopped, 2 not begun.");
}

/// Commands that look and change nothing.
void add_looks(CLI::App& app, CommandLine& line) {
  app.add_subcommand("config", "Show the settings in force and where each comes from");
  app.add_subcommand("list", "Show the server's workers and the daemons of this machine");
  CLI::App* logs = app.add_subcommand("logs", "Show a task's log");
  logs->add_option("task", line.logs.task, "The task's id")->required();
  logs->add_flag("--follow", line.logs.follows, "Go on until the task has ended");
  logs->footer("Example:\n  jarvis-agent logs 3f1c... --follow");
  CLI::App* doctor =
      app.add_subcommand("doctor", "Check all that a daemon needs here, and say how to mend what is wrong");
  doctor->footer("Exit code: 0 when a daemon can work here, 1 when something is to be mended.");
  CLI::App* completion = app.add_subcommand("completion", "Print the completion script of a shell");
  completion->add_option("shell", line.shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->footer(
      "Examples:\n  source <(jarvis-agent completion bash)\n"
      "  jarvis-agent completion fish > ~/.config/fish/completions/jarvis-agent.fish");
}

int dispatch(const CLI::App& app, const CommandLine& line) {
  log::init(line.is_verbose ? log::Level::debug : log::Level::info);
  if (app.got_subcommand("completion")) {
    std::cout << completion_script(app, line.shell);
    return kExitDone;
  }
  // A flag names the file; init may be what makes it.
  auto settings = load_settings(proc::Environment::inherited(), line.config_file);
  if (!settings) return report_error(settings.error());
  if (app.got_subcommand("init")) return run_init(line.init, *settings);
  if (app.got_subcommand("daemon")) return run_daemon(line.daemon, *settings);
  if (app.got_subcommand("execute")) return run_execute(line.execute, *settings);
  if (app.got_subcommand("list")) return run_list(*settings);
  if (app.got_subcommand("logs")) return run_logs(line.logs, *settings);
  if (app.got_subcommand("doctor")) return run_doctor(*settings);
  std::cout << "# " << (settings->config_file.empty() ? "no configuration file" : settings->config_file.string())
            << "\n"
            << settings->values.describe();
  return kExitDone;
}

}  // namespace

int report_error(const Error& error) {
  std::cerr << "jarvis-agent: " << error.message() << "\n";
  switch (error.code()) {
    case ErrorCode::unauthorized:
      std::cerr << "The server does not accept the key pair. Check api.credentials in ~/jarvis.conf "
                   "(`jarvis-agent config` shows where each setting comes from), or run `jarvis-agent init`.\n";
      break;
    case ErrorCode::unavailable:
    case ErrorCode::timeout:
      std::cerr << "Is the server running, and is api.api_server right? `jarvis-agent config` shows the address.\n";
      break;
    case ErrorCode::invalid_argument:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::forbidden:
    case ErrorCode::too_large:
    case ErrorCode::exhausted:
    case ErrorCode::corrupt:
    case ErrorCode::io:
    case ErrorCode::cancelled:
    case ErrorCode::unsupported:
    case ErrorCode::internal:
      break;
  }
  return kExitUnable;
}

int run_cli(int argc, char** argv) {
  CommandLine line;
  CLI::App app("jarvis-agent runs the tasks of a JARVIS or ClearML server on this machine.", "jarvis-agent");
  app.set_version_flag("--version", "jarvis-agent " JARVIS_VERSION);
  app.add_option("--config-file", line.config_file, "Instead of ~/jarvis.conf (else ~/clearml.conf)");
  app.add_flag("--debug", line.is_verbose, "Log more");
  app.fallthrough();
  add_init(app, line.init);
  add_daemon(app, line.daemon);
  add_execute(app, line.execute);
  add_looks(app, line);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n  jarvis-agent init\n  jarvis-agent daemon --queue default --detached\n"
      "  jarvis-agent execute --id TASK_ID\n\n`jarvis-agent COMMAND --help` says more.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUnable;
  }
  return dispatch(app, line);
}

}  // namespace jarvis::agent
