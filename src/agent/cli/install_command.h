// `jarvis-agent install`: makes the daemon a service of systemd.
#pragma once

#include <CLI/CLI.hpp>

#include "agent/settings.h"

namespace jarvis::agent {

struct InstallFlags {
  std::string name = "jarvis-agent";  // of the unit
  std::string user = "jarvis-agent";  // that it runs as; made where it does not exist
  bool only_prints = false;
  std::vector<std::string> daemon;  // what follows "--": the daemon's flags
};
void add_install(CLI::App& app, InstallFlags& flags);
int run_install(const InstallFlags& flags, const AgentSettings& settings);

/// The unit's text. `program`: the absolute path of this program. Pure.
std::string unit_text(const InstallFlags& flags, const std::string& program);

}  // namespace jarvis::agent
