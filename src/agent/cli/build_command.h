// `jarvis-agent build`: a task's code and packages in a folder or in an image.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "agent/cli/flags.h"
#include "agent/settings.h"

namespace jarvis::agent {

struct BuildFlags {
  RunFlags run;
  std::string task, target, python, entry;
};
void add_build(CLI::App& app, BuildFlags& flags, SettingFlags& settings);
int run_build(const BuildFlags& flags, AgentSettings settings);

}  // namespace jarvis::agent
