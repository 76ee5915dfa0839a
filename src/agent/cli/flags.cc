#include "agent/cli/flags.h"

#include <cstring>

#include "base/words.h"

namespace jarvis::agent {
namespace {

const std::vector<std::string> kSecretFlags{"--git-pass", "--secret-key"};
const std::vector<std::string> kLogLevels{"DEBUG", "INFO", "WARN", "WARNING", "ERROR", "CRITICAL"};

/// `--docker "IMAGE ARGUMENT..."`, or in words of their own.
CLI::Option* add_engine(CLI::App& command, ContainerFlags& flags, const std::string& engine, bool& is_used) {
  const auto take = [&flags, &is_used](std::vector<std::string> words) {
    std::erase(words, "");
    is_used = true;
    flags.words = std::move(words);
  };
  return command
      .add_option_function<std::vector<std::string>>(
          "--" + engine, take,
          "Run tasks in " + engine +
              "; [IMAGE ARGUMENT...] for those that name no image (quoted, when an argument begins with a dash)")
      ->expected(0, 100)
      ->type_name("[IMAGE ...]");
}

}  // namespace

std::vector<std::string> ContainerFlags::to_arguments() const {
  if (!uses_docker && !uses_podman) return {};
  std::vector<std::string> out{uses_podman ? "--podman" : "--docker"};
  out.insert(out.end(), words.begin(), words.end());
  return out;
}

CLI::Option* add_setting(CLI::App& command, SettingFlags& settings, const std::string& flag, const std::string& key,
                         const std::string& text) {
  const std::string name = flag.substr(flag.rfind(',') + 1);
  const auto take = [&settings, key, name](const std::string& value) { settings[key] = {value, "flag " + name}; };
  return command.add_option_function<std::string>(flag, take, text);
}

CLI::Option* add_switch(CLI::App& command, SettingFlags& settings, const std::string& flag, const std::string& key,
                        const std::string& text) {
  const auto take = [&settings, key, flag](std::int64_t) { settings[key] = {"true", "flag " + flag}; };
  return command.add_flag_function(flag, take, text);
}

void refuse_flag(CLI::App& command, const std::string& flag, const std::string& why) {
  command.add_flag_function(flag, [flag, why](std::int64_t) { throw CLI::ValidationError(flag, why); })->group("");
}

Result<std::optional<ContainerRequest>> container_request(const ContainerFlags& flags) {
  if (!flags.uses_docker && !flags.uses_podman) return std::optional<ContainerRequest>();
  std::vector<std::string> words = flags.words;
  if (words.size() == 1) {
    TRY(words, split_words(words.front()));
  }
  ContainerRequest out{.engine = flags.uses_podman ? Engine::podman : Engine::docker, .image = {}, .arguments = {}};
  if (!words.empty()) {
    out.image = words.front();
    out.arguments.assign(words.begin() + 1, words.end());
  }
  return std::optional(std::move(out));
}

Result<VisibleGpus> take_gpus(const RunFlags& flags, AgentSettings& settings) {
  TRY(const VisibleGpus gpus,
      visible_gpus(flags.gpus, settings.values.get_bool("agent.cpu_only"), settings.environment));
  set_visible(gpus, settings.environment);
  return gpus;
}

void add_run_flags(CLI::App& command, RunFlags& flags, SettingFlags& settings) {
  auto* docker = add_engine(command, flags.container, "docker", flags.container.uses_docker);
  add_engine(command, flags.container, "podman", flags.container.uses_podman)->excludes(docker);
  auto* gpus = command.add_option("--gpus", flags.gpus,
                                  "GPUs for tasks: 0 or 0,1 or 0:1 (a MIG slice), all, none; NVIDIA_VISIBLE_DEVICES "
                                  "says the same");
  add_switch(command, settings, "--cpu-only", "agent.cpu_only", "No GPUs")->excludes(gpus);
  add_setting(command, settings, "--git-user", "agent.git_user", "User for repositories");
  add_setting(command, settings, "--git-pass", "agent.git_pass",
              "Password or token for repositories (JARVIS_AGENT_GIT_PASS is safer)");
  add_setting(command, settings, "--log-level", "agent.log_level", "Of this program and of the SDK in tasks")
      ->check(CLI::IsMember(kLogLevels, CLI::ignore_case));
  add_switch(command, settings, "--standalone-mode", "agent.standalone_mode",
             "Fetch nothing: code, packages and images are on this machine");
  command.add_flag_function(
      "-O", [&settings](std::int64_t count) { settings["agent.python_optimize"] = {std::to_string(count), "flag -O"}; },
      "Run Python optimized (-OO: more)");
}

void hide_secrets(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    for (const std::string& flag : kSecretFlags) {
      char* value = nullptr;
      if (argv[i] == flag && i + 1 < argc) value = argv[i + 1];
      if (std::string_view(argv[i]).starts_with(flag + "=")) value = argv[i] + flag.size() + 1;
      if (value != nullptr) std::memset(value, '*', std::strlen(value));
    }
  }
}

}  // namespace jarvis::agent
