// jarvis-server: the command line. What it does is in app.cc.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/log.h"
#include "server/app.h"
#include "server/backup.h"
#include "server/move_data.h"
#include "server/settings.h"
#include "server/user_commands.h"

namespace {

using namespace jarvis;

constexpr const char* kExamples = R"(
Examples:
  jarvis-server                                   start, on loopback, data in ~/.local/share/jarvis
  jarvis-server --data-dir /srv/jarvis            data elsewhere
  jarvis-server --api-listen 0.0.0.0:8008 --files-listen 0.0.0.0:8081 --web-listen 0.0.0.0:8080
                                                  open to the network
  jarvis-server --database postgresql://jarvis@db.example/jarvis
                                                  keep everything but files in PostgreSQL
  jarvis-server migrate --to postgresql://jarvis@db.example/jarvis
                                                  move what SQLite holds there; may be interrupted and begun again
  jarvis-server backup --to /backup/jarvis        copy everything while the server runs; again: only what is new
  jarvis-server restore --from /backup/jarvis --data-dir /srv/jarvis
  jarvis-server check                             look for damage; show which projects use the disk
  jarvis-server user add jane --name "Jane Doe"   a user who signs in with a password; see jarvis-server user --help
  jarvis-server config                            every setting, its value and where it comes from
)";

struct Flag {
  const char* name;
  const char* key;
  const char* help;
};
constexpr Flag kFlags[] = {
    {"--data-dir", "data_dir", "Directory of the database, the files and the secrets"},
    {"--database", "database", "postgresql://USER@HOST/DATABASE (default: SQLite, jarvis.db in the data directory)"},
    {"--database-connections", "database_connections", "Connections to PostgreSQL, at most (default 20)"},
    {"--api-listen", "api.listen", "HOST:PORT of the API (default 127.0.0.1:8008; port 0: any free one)"},
    {"--files-listen", "files.listen", "HOST:PORT of the file server (default 127.0.0.1:8081)"},
    {"--web-listen", "web.listen", "HOST:PORT of the web UI (default 127.0.0.1:8080)"},
    {"--cors-origin", "api.cors_origin", "Origin that browsers may call the API from (default: none)"},
    {"--trusted-proxies", "api.trusted_proxies",
     "Addresses and networks whose X-Forwarded-For counts (default 127.0.0.0/8, ::1)"},
    {"--on-lost-worker", "tasks.on_lost_worker",
     "Tasks whose worker is lost: fail, queue (again, up to three times), queue:N (default fail)"},
    {"--log-level", "log.level", "debug, info, warning or error (default info)"},
    {"--threads", "threads", "I/O threads (default 0: one a core)"},
};

Result<log::Level> level_from(const config::Settings& settings) {
  const std::string& text = settings.get("log.level");
  if (text == "debug") return log::Level::debug;
  if (text == "info") return log::Level::info;
  if (text == "warning") return log::Level::warning;
  if (text == "error") return log::Level::error;
  return invalid_argument("log.level (" + settings.at("log.level").origin + "): '" + text +
                          "' is not debug, info, warning or error");
}

int fail(const Error& error) {
  std::fprintf(stderr, "jarvis-server: %s\n", error.message().c_str());
  return error.code() == ErrorCode::invalid_argument ? 2 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("The JARVIS server: API, files and web UI in one process.", "jarvis-server");
  app.footer(kExamples);
  app.set_version_flag("--version", JARVIS_VERSION);
  server::CommandLine command_line;
  app.add_option("--config", command_line.config_file,
                 "Configuration file (default <data-dir>/server.conf, if it is there)");
  std::map<std::string, std::string> values;
  for (const Flag& flag : kFlags)
    app.add_option(flag.name, values[flag.key], flag.help);
  app.add_subcommand("run", "Start the server (the default)")->fallthrough();
  auto* config = app.add_subcommand("config", "Show every setting, its value and its origin")->fallthrough();
  auto* migrate =
      app.add_subcommand("migrate",
                         "Bring the database to this version without starting; with --to: move SQLite's data to "
                         "PostgreSQL")
          ->fallthrough();
  std::string target;
  migrate->add_option("--to", target, "postgresql://USER@HOST/DATABASE: an empty database");
  const server::UserCommands users(app);
  std::string backup_to, restore_from;
  int orphan_days = -1;
  auto* backup = app.add_subcommand("backup", "Copy database, files and secrets; the server may run")->fallthrough();
  backup->add_option("--to", backup_to, "A new directory, or that of an earlier backup, which is brought up to date")
      ->required();
  auto* restore = app.add_subcommand("restore", "Make a data directory of a backup")->fallthrough();
  restore->add_option("--from", restore_from, "The backup's directory")->required();
  auto* check =
      app.add_subcommand("check", "Look for damage, show what uses the disk; the server may run")->fallthrough();
  check->add_option("--delete-orphans", orphan_days, "Delete files of deleted tasks that are older than so many days");
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  for (const Flag& flag : kFlags) {
    if (app.count(flag.name) > 0) command_line.flags[flag.key] = {values[flag.key], std::string("flag ") + flag.name};
  }

  const auto settings = server::read_settings(command_line, proc::Environment::inherited());
  if (!settings) return fail(settings.error());
  if (config->parsed()) {
    std::fputs(settings->describe().c_str(), stdout);
    return 0;
  }
  const auto level = level_from(*settings);
  if (!level) return fail(level.error());
  log::init(*level);
  if (migrate->parsed()) {
    const auto moved = migrate->count("--to") == 0 ? server::bring_up_database(*settings)
                                                   : server::move_to_postgres(*settings, target);
    return moved ? 0 : fail(moved.error());
  }
  if (backup->parsed()) {
    const Status done = server::back_up(*settings, backup_to);
    return done ? 0 : fail(done.error());
  }
  if (restore->parsed()) {
    const Status done = server::restore(*settings, restore_from);
    return done ? 0 : fail(done.error());
  }
  if (check->parsed()) {
    const auto is_well = server::check(*settings, orphan_days);
    if (!is_well) return fail(is_well.error());
    return *is_well ? 0 : 1;
  }
  if (users.is_asked()) {
    const Status done = users.run(*settings);
    return done ? 0 : fail(done.error());
  }
  if (const Status status = server::run(*settings); !status) return fail(status.error());
  return 0;
}
