// What jarvis-server can be told, by file, environment and flags.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "config/settings.h"

namespace jarvis::server {

/// The flags that were given, by setting key; "config" names the file.
struct CommandLine {
  std::map<std::string, config::Setting> flags;
  std::string config_file;  // empty: <data_dir>/server.conf, when it is there
};

/// Errors: not_found for a --config file that is not there, invalid_argument for one that does not parse.
Result<config::Settings> read_settings(const CommandLine& command_line, const proc::Environment& environment);

}  // namespace jarvis::server
