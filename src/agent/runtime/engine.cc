#include "agent/runtime/engine.h"

#include <algorithm>
#include <cctype>

namespace jarvis::agent {
namespace {

// Signals to all processes of the container spare it: it has to outlive the task's grace.
constexpr std::string_view kKeeper =
    "trap '' TERM INT HUP QUIT; echo jarvis-container-ready; while read -r line; do :; done";

bool is_variable_name(const std::string& name) {
  const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
         std::all_of(name.begin(), name.end(), fits);
}

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string source_on_host(const std::string& path, const std::string& host_mount) {
  const auto colon = host_mount.find(':');
  if (colon == std::string::npos) return path;
  const std::string inside = host_mount.substr(colon + 1);
  return path.starts_with(inside) ? host_mount.substr(0, colon) + path.substr(inside.size()) : path;
}

/// Whether somebody asked for a limit of the same thing: "--ulimit=nofile=10", or "--ulimit" and "nofile=10".
bool is_limited(const std::vector<std::string>& arguments, const std::string& limit) {
  const std::string name = limit.substr(0, limit.find('=') + 1);
  return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& word) {
    return word.starts_with(name) || word.starts_with("--ulimit=" + name);
  });
}

}  // namespace

std::string_view to_string(Engine engine) {
  switch (engine) {
    case Engine::docker:
      return "docker";
    case Engine::podman:
      return "podman";
  }
  return "";
}

std::vector<std::string> device_arguments(Engine engine, const ContainerPlan& plan) {
  std::string devices = plan.devices;
  std::replace(devices.begin(), devices.end(), '.', ':');  // MIG: "0.1" is the first GPU's second slice
  // An image may ask for all of them by a variable of its own.
  if (devices.empty()) return {};
  if (devices == "none" || devices == "void") return {"--env=NVIDIA_VISIBLE_DEVICES=void"};
  if (plan.has_amd) return {"--device=/dev/kfd", "--device=/dev/dri", "--group-add=video"};
  if (plan.uses_nvidia_runtime) return {"--env=NVIDIA_VISIBLE_DEVICES=" + devices};
  if (engine == Engine::docker) return {"--gpus", devices == "all" ? devices : "\"device=" + devices + "\""};
  std::vector<std::string> out;
  for (std::size_t start = 0; start <= devices.size();) {
    const auto end = std::min(devices.find(',', start), devices.size());
    out.push_back("--device=nvidia.com/gpu=" + devices.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

std::vector<std::string> run_command(Engine engine, const std::string& program, const ContainerPlan& plan) {
  std::vector<std::string> argv{program, "run", "--interactive", "--rm", "--pull=never", "--name=" + plan.name};
  if (plan.has_init) argv.emplace_back("--init");
  argv.insert(argv.end(), plan.arguments.begin(), plan.arguments.end());
  for (const std::string& limit : plan.limits)
    if (!is_limited(plan.arguments, limit)) argv.push_back("--ulimit=" + limit);
  for (std::string& word : device_arguments(engine, plan))
    argv.push_back(std::move(word));
  for (const Mount& mount : plan.mounts) {
    const std::string target = mount.target.empty() ? mount.source.string() : mount.target.string();
    // As --mount: a path may hold a colon.
    argv.push_back("--mount=type=bind,source=" + source_on_host(mount.source.string(), plan.host_mount) +
                   ",target=" + target + (mount.access == Mount::Access::read ? ",readonly" : ""));
  }
  // Ours come last: a later one wins.
  for (const std::string& label : plan.labels)
    argv.push_back("--label=" + label);
  argv.insert(argv.end(), {"--user=0:0", "--entrypoint=/bin/sh", plan.image, "-c", std::string(kKeeper)});
  return argv;
}

std::string shell_preamble(const proc::Environment& environment, const std::string& directory) {
  std::string out;
  for (const auto& [name, value] : environment.values())
    if (is_variable_name(name)) out += "export " + name + "=" + shell_quoted(value) + "\n";
  if (!directory.empty()) out += "cd -- " + shell_quoted(directory) + " || exit 126\n";
  // One line, read before the shell is gone; the program finds no stdin.
  return out + "exec \"$@\" </dev/null\n";
}

}  // namespace jarvis::agent
