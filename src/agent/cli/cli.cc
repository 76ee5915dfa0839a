#include "agent/cli/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "agent/cli/build_command.h"
#include "agent/cli/commands.h"
#include "agent/cli/completion_command.h"
#include "agent/cli/daemon_command.h"
#include "agent/cli/doctor_command.h"
#include "agent/cli/install_command.h"
#include "agent/cli/logs_command.h"
#include "agent/cli/stop_command.h"
#include "agent/cli/usage.h"
#include "base/log.h"

namespace jarvis::agent {
namespace {

/// All that a command line can say.
struct CommandLine {
  std::string config_file;
  bool is_verbose = false;
  SettingFlags settings;
  BuildFlags build;
  DaemonFlags daemon;
  DrainFlags drain;
  ExecuteFlags execute;
  InitFlags init;
  InstallFlags install;
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

log::Level level_of(const CommandLine& line, const AgentSettings& settings) {
  std::string wanted = settings.values.get("agent.log_level");
  std::ranges::transform(wanted, wanted.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (line.is_verbose || settings.values.get_bool("agent.debug") || wanted == "debug") return log::Level::debug;
  if (wanted.starts_with("warn")) return log::Level::warning;
  return wanted == "error" || wanted == "critical" ? log::Level::error : log::Level::info;
}

int dispatch(const CLI::App& app, const CommandLine& line) {
  log::init(line.is_verbose ? log::Level::debug : log::Level::info);
  if (app.got_subcommand("completion")) {
    std::cout << completion_script(app, line.shell);
    return kExitDone;
  }
  // A flag names the file; init may be what makes it.
  auto settings = load_settings(proc::Environment::inherited(), line.config_file, line.settings);
  if (!settings) return report_error(settings.error());
  log::init(level_of(line, *settings));
  if (app.got_subcommand("init")) return run_init(line.init, *settings);
  if (app.got_subcommand("daemon")) return run_daemon(line.daemon, *settings);
  if (app.got_subcommand("drain")) return run_drain(line.drain, *settings);
  if (app.got_subcommand("execute")) return run_execute(line.execute, std::move(*settings));
  if (app.got_subcommand("build")) return run_build(line.build, std::move(*settings));
  if (app.got_subcommand("install")) return run_install(line.install, *settings);
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
      std::cerr << "Is the server running, and is api.api_server right? `jarvis-agent config` shows the address, and "
                   "`jarvis-agent init` asks for it.\n";
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
  app.add_flag("-d,--debug", line.is_verbose, "Log more");
  app.fallthrough();
  add_init(app, line.init);
  add_daemon(app, line.daemon, line.settings);
  add_drain(app, line.drain);
  add_execute(app, line.execute, line.settings);
  add_build(app, line.build, line.settings);
  add_install(app, line.install);
  add_looks(app, line);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n  jarvis-agent init\n  jarvis-agent daemon --queue default --detached\n"
      "  jarvis-agent execute --id TASK_ID\n\n`jarvis-agent COMMAND --help` says more.");
  try {
    app.parse(argc, argv);
    hide_secrets(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    std::cerr << usage_text(app, error, {argv + 1, argv + argc});
    return kExitUnable;
  }
  return dispatch(app, line);
}

}  // namespace jarvis::agent
