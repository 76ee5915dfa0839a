#include "server/settings.h"

namespace jarvis::server {
namespace {

std::string default_data_dir(const proc::Environment& environment) {
  if (const auto xdg = environment.get("XDG_DATA_HOME"); xdg && xdg->starts_with('/')) return *xdg + "/jarvis";
  return environment.get("HOME").value_or("/var/lib") + "/.local/share/jarvis";
}

std::vector<config::SettingSpec> specs(const proc::Environment& environment) {
  return {
      {"data_dir", {"JARVIS_SERVER_DATA_DIR"}, default_data_dir(environment)},
      {"database", {"JARVIS_SERVER_DATABASE", "JARVIS_DATABASE"}, "", false, true},
      {"database_connections", {"JARVIS_SERVER_DATABASE_CONNECTIONS"}, "20"},
      {"api.listen", {"JARVIS_SERVER_API_LISTEN"}, "127.0.0.1:8008"},
      {"files.listen", {"JARVIS_SERVER_FILES_LISTEN"}, "127.0.0.1:8081"},
      {"web.listen", {"JARVIS_SERVER_WEB_LISTEN"}, "127.0.0.1:8080"},
      {"api.cors_origin", {"JARVIS_SERVER_CORS_ORIGIN"}, ""},
      {"api.trusted_proxies", {"JARVIS_SERVER_TRUSTED_PROXIES"}, "127.0.0.0/8, ::1"},
      {"tasks.on_lost_worker", {"JARVIS_SERVER_ON_LOST_WORKER"}, "fail"},
      {"log.level", {"JARVIS_SERVER_LOG_LEVEL"}, "info"},
      {"threads", {"JARVIS_SERVER_THREADS"}, "0"},
  };
}

}  // namespace

Result<config::Settings> read_settings(const CommandLine& command_line, const proc::Environment& environment) {
  config::ParseOptions options;
  options.environment = [&](std::string_view name) { return environment.get(name); };
  // The data directory itself may come from flag or environment; only then is it known where the file is.
  const config::Settings before(specs(environment), config::Tree(), environment, command_line.flags);
  const bool is_asked_for = !command_line.config_file.empty();
  const std::filesystem::path path = is_asked_for ? std::filesystem::path(command_line.config_file)
                                                  : std::filesystem::path(before.get("data_dir")) / "server.conf";
  auto file = config::Tree::load(path, options);
  if (!file) {
    if (is_asked_for || file.error().code() != ErrorCode::not_found)
      return std::move(file).error().context("configuration file");
    file = config::Tree();
  }
  return config::Settings(specs(environment), std::move(*file), environment, command_line.flags);
}

}  // namespace jarvis::server
