// The command lines of docker and podman, and where the two differ. Pure.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "proc/environment.h"

namespace jarvis::agent {

enum class Engine : std::uint8_t { docker, podman };
std::string_view to_string(Engine engine);

struct Mount {
  std::filesystem::path source;  // on the host
  std::filesystem::path target;  // "": the same path
  enum class Access : std::uint8_t { read, write } access = Access::read;
};

/// What a container is made of.
struct ContainerPlan {
  std::string image;
  std::string name;
  std::vector<std::string> labels;     // "name=value"
  std::vector<std::string> arguments;  // the task's, then the owner's
  std::vector<Mount> mounts;
  std::vector<std::string> limits;   // "nofile=1024:4096": of what the arguments do not limit
  std::string devices;               // NVIDIA_VISIBLE_DEVICES of the job's share: "0,1", "all", "none", ""
  bool has_amd = false;              // devices are AMD's
  bool uses_nvidia_runtime = false;  // devices by a variable, not by --gpus
  bool has_init = false;             // the engine has a small init that takes care of orphans
  // Where the agent itself is in a container with the host's socket: its path → the host's ("/data:/root/.jarvis").
  std::string host_mount;
};

/// `run`: the container ends when its stdin does, so that it never outlives the job's process.
std::vector<std::string> run_command(Engine engine, const std::string& program, const ContainerPlan& plan);
std::vector<std::string> device_arguments(Engine engine, const ContainerPlan& plan);

/// For stdin of a shell in the container: sets the variables, changes to the directory, becomes the program that its
/// arguments name. So no value is in an argument list, in a file, or in the engine's own environment.
std::string shell_preamble(const proc::Environment& environment, const std::string& directory);

/// The line by which a container says that it is up.
inline constexpr std::string_view kReady = "jarvis-container-ready";

}  // namespace jarvis::agent
