// What the agent can be told: ~/jarvis.conf (else ~/clearml.conf), JARVIS_* and CLEARML_* variables, flags.
// Immutable once loaded: thread-safe.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config/settings.h"
#include "proc/environment.h"

namespace jarvis::agent {

struct AgentSettings {
  config::Settings values;
  proc::Environment environment;      // the agent's own, as it was at the start
  std::filesystem::path config_file;  // empty: none was found
  std::filesystem::path home;         // ~/.jarvis: caches, journal, logs

  std::string api_server() const { return server("api.api_server"); }
  /// An address without its trailing slash.
  std::string server(std::string_view key) const;
  /// A path setting with ~ expanded.
  std::filesystem::path path(std::string_view key, const std::filesystem::path& fallback) const;
  /// A number, with or without a fraction, not below zero. Errors: invalid_argument (names the setting).
  Result<double> number(std::string_view key) const;
  /// A setting that is a list or one text: the items, without empty ones.
  std::vector<std::string> strings(std::string_view key) const;
  /// A setting that is a list, or a text of several words as in a shell. Errors: invalid_argument (an open quote).
  Result<std::vector<std::string>> words(std::string_view key) const;
  std::vector<std::string> extra_index_urls() const { return strings("agent.package_manager.extra_index_url"); }
  /// The objects of a list in the file ("agent.git.extra_credentials").
  std::vector<json::object> objects(std::string_view path) const;
  /// The file's section `environment`: variables for everything that the agent starts.
  std::map<std::string, std::string> section_variables() const;
  /// What no log may show.
  std::vector<std::string> secrets() const;
  /// The configuration file without the agent's own credentials, as a file for the SDK in a job.
  std::string text_for_jobs() const;
  /// What a CA bundle variable of the environment names, or "".
  std::string ca_bundle() const;
};

/// Errors: invalid_argument (the file does not read: FILE:LINE), not_found (a file that was asked for by name).
Result<AgentSettings> load_settings(const proc::Environment& environment, const std::string& config_file = {},
                                    std::map<std::string, config::Setting> flags = {});

}  // namespace jarvis::agent
