#include "agent/cli/install_command.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>

#include "agent/cli/commands.h"
#include "agent/cli/daemon_flags.h"
#include "proc/files.h"
#include "proc/run.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

constexpr auto kProgramTime = std::chrono::seconds(60);

/// A word of ExecStart= as systemd reads it: see "COMMAND LINES" in systemd.service(5).
std::string unit_word(std::string_view word) {
  std::string out;
  bool needs_quotes = word.empty();
  for (const char c : word) {
    if (c == '%' || c == '$') out += c;
    if (c == '"' || c == '\\') out += '\\';
    needs_quotes = needs_quotes || c == '"' || c == '\\' || c == ' ' || c == '\'' || c == ';' || c == '\t';
    out += c;
  }
  return needs_quotes ? '"' + out + '"' : out;
}

/// The flags as the daemon itself would read them. Errors: invalid_argument.
Status check_daemon_flags(const std::vector<std::string>& words) {
  CLI::App app;
  DaemonFlags flags;
  SettingFlags settings;
  add_daemon(app, flags, settings);
  std::vector<std::string> reversed{"daemon"};
  reversed.insert(reversed.end(), words.begin(), words.end());
  std::ranges::reverse(reversed);  // as CLI11 wants them
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return invalid_argument("the daemon's flags (after --): " + std::string(error.what()));
  }
  if (flags.is_detached || flags.stops || flags.shows_status)
    return invalid_argument("a service runs in the foreground of systemd: without --detached, --stop and --status");
  for (const char* secret : {"--git-pass", "--git-user"}) {
    if (std::ranges::find(words, secret) != words.end())
      return invalid_argument(std::string(secret) +
                              " would stand in a unit that everybody can read: put agent.git_user and agent.git_pass "
                              "into the configuration file");
  }
  TRY([[maybe_unused]] const std::vector<AskedQueue> queues, asked_queues(flags));
  return {};
}

/// Errors: io, with what the program said.
Status run_program(std::vector<std::string> argv, const AgentSettings& settings) {
  const std::string name = argv[0] + " " + argv[1];
  TRY(const proc::RunResult done,
      proc::run(
          {.argv = std::move(argv), .environment = settings.environment, .directory = {}, .timeout = kProgramTime}));
  if (!done.is_success()) return Error(ErrorCode::io, name + ": " + done.last_line());
  return {};
}

struct ServiceUser {
  fs::path home;
  uid_t id;
  gid_t group;
};

/// The user, made where there is none. One who may use docker is as mighty as root: only where tasks need it.
Result<ServiceUser> service_user(const InstallFlags& flags, const AgentSettings& settings) {
  if (::getpwnam(flags.user.c_str()) == nullptr) {
    CHECK_OK(run_program({"useradd", "--system", "--create-home", "--home-dir", "/var/lib/" + flags.user, "--shell",
                          "/usr/sbin/nologin", flags.user},
                         settings));
    std::cout << "Made the user " << flags.user << ", at home in /var/lib/" << flags.user << "\n";
  }
  const passwd* entry = ::getpwnam(flags.user.c_str());
  if (entry == nullptr) return not_found("there is no user " + flags.user);
  ServiceUser out{entry->pw_dir, entry->pw_uid, entry->pw_gid};
  if (std::ranges::find(flags.daemon, "--docker") != flags.daemon.end()) {
    const Status added = run_program({"usermod", "--append", "--groups", "docker", flags.user}, settings);
    if (!added) return Error(added.error()).context("let " + flags.user + " use docker");
  }
  return out;
}

/// The configuration in force becomes the service's, unless it has one.
Status give_configuration(const ServiceUser& user, const AgentSettings& settings) {
  const fs::path target = user.home / "jarvis.conf";
  std::error_code failure;
  if (fs::exists(target, failure)) {
    std::cout << "Kept " << target.string() << "\n";
    return {};
  }
  if (settings.config_file.empty())
    return not_found("there is no configuration to give to the service: run `jarvis-agent init` first");
  TRY(const std::string text, proc::read_file(settings.config_file));
  CHECK_OK(proc::write_file_durably(target, text, 0600));
  if (::chown(target.c_str(), user.id, user.group) != 0) return errno_error("chown " + target.string(), errno);
  std::cout << "Copied " << settings.config_file.string() << " to " << target.string() << "\n";
  return {};
}

Status install(const InstallFlags& flags, const std::string& program, const AgentSettings& settings) {
  if (::geteuid() != 0)
    return Error(ErrorCode::forbidden,
                 "only root may make a service; --print shows the unit without changing anything");
  TRY(const ServiceUser user, service_user(flags, settings));
  CHECK_OK(give_configuration(user, settings));
  const fs::path unit = "/etc/systemd/system/" + flags.name + ".service";
  CHECK_OK(proc::make_directories(unit.parent_path()));
  CHECK_OK(proc::write_file_durably(unit, unit_text(flags, program), 0644));
  std::cout << "Wrote " << unit.string() << "\n";
  std::error_code failure;
  if (!fs::exists("/run/systemd/system", failure)) {
    std::cout << "systemd does not run here. Where it does: systemctl enable --now " << flags.name << "\n";
    return {};
  }
  CHECK_OK(run_program({"systemctl", "daemon-reload"}, settings));
  CHECK_OK(run_program({"systemctl", "enable", "--now", flags.name}, settings));
  std::cout << "It runs. Its log: journalctl -u " << flags.name << " -f\n";
  return {};
}

}  // namespace

void add_install(CLI::App& app, InstallFlags& flags) {
  CLI::App* install = app.add_subcommand("install", "Make the daemon a service of systemd (as root)");
  install->add_option("--name", flags.name, "Of the service; several may run side by side")->capture_default_str();
  install->add_option("--user", flags.user, "Whom it runs as; made where there is none")->capture_default_str();
  install->add_flag("--print", flags.only_prints, "Only show the unit");
  install->add_option("flags", flags.daemon, "The daemon's flags, after --");
  install->footer(
      "Examples:\n  jarvis-agent install -- --queue default\n"
      "  jarvis-agent install --name jarvis-services -- --services-mode --queue services --create-queue\n"
      "  jarvis-agent install --print -- --queue default --docker\n\n"
      "The service gets a copy of the configuration in force. A restart (also after an upgrade) leaves tasks alone: "
      "the\n"
      "new daemon adopts them. `jarvis-agent drain` and `daemon --stop` work as ever, as the service's user.");
}

std::string unit_text(const InstallFlags& flags, const std::string& program) {
  std::string start = unit_word(program) + " daemon";
  for (const std::string& word : flags.daemon)
    start += " " + unit_word(word);
  return "# Written by `jarvis-agent install`.\n"
         "[Unit]\n"
         "Description=JARVIS agent: runs the tasks of queues\n"
         "Wants=network-online.target\n"
         "After=network-online.target docker.service\n"
         "\n"
         "[Service]\n"
         "User=" +
         flags.user +
         "\n"
         "ExecStart=" +
         start +
         "\n"
         "# Tasks outlive the daemon: it leaves at this signal, and the next one adopts them.\n"
         "KillMode=process\n"
         "KillSignal=SIGQUIT\n"
         "# Nor does a task that eats the memory end the daemon.\n"
         "OOMPolicy=continue\n"
         "TasksMax=infinity\n"
         "Restart=on-failure\n"
         "RestartSec=5\n"
         "\n"
         "[Install]\n"
         "WantedBy=multi-user.target\n";
}

int run_install(const InstallFlags& flags, const AgentSettings& settings) {
  if (const Status status = check_daemon_flags(flags.daemon); !status) return report_error(status.error());
  std::error_code failure;
  const std::string program = fs::read_symlink("/proc/self/exe", failure).string();
  if (flags.only_prints) {
    std::cout << unit_text(flags, program);
    return kExitDone;
  }
  const Status status = install(flags, program, settings);
  return status ? kExitDone : report_error(status.error());
}

}  // namespace jarvis::agent
