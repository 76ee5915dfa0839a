// Flags that several commands share.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

#include "agent/gpu/visible.h"
#include "agent/settings.h"
#include "agent/stages/stages.h"

namespace jarvis::agent {

/// Settings that were given as flags, by their key.
using SettingFlags = std::map<std::string, config::Setting>;

/// `--docker [IMAGE ARGUMENT...]`, `--podman [...]`.
struct ContainerFlags {
  bool uses_docker = false;
  bool uses_podman = false;
  std::vector<std::string> words;

  /// The flag for another process of this program; empty when none was given.
  std::vector<std::string> to_arguments() const;
};

/// How tasks are run: of daemon and execute.
struct RunFlags {
  ContainerFlags container;
  std::string gpus;
};

/// The words as they stand, or all of them in one: `--docker "image --ipc=host"`. Nothing: on the host.
Result<std::optional<ContainerRequest>> container_request(const ContainerFlags& flags);

/// The GPUs that a task run by hand sees, from here on also in the settings' environment. Errors: those of
/// visible_gpus().
Result<VisibleGpus> take_gpus(const RunFlags& flags, AgentSettings& settings);

void add_run_flags(CLI::App& command, RunFlags& flags, SettingFlags& settings);
/// A flag that is a setting: `--git-user NAME` is agent.git_user.
CLI::Option* add_setting(CLI::App& command, SettingFlags& settings, const std::string& flag, const std::string& key,
                         const std::string& text);
/// The same without a value: "true".
CLI::Option* add_switch(CLI::App& command, SettingFlags& settings, const std::string& flag, const std::string& key,
                        const std::string& text);
/// A flag of clearml-agent that is not here: says why instead of being ignored.
void refuse_flag(CLI::App& command, const std::string& flag, const std::string& why);

/// Secrets in an argument list are seen by every user of the machine: they are overwritten once they are read.
void hide_secrets(int argc, char** argv);

}  // namespace jarvis::agent
