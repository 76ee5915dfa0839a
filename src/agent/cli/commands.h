// One function a subcommand; each returns the process's exit code.
#pragma once

#include "agent/settings.h"

namespace jarvis::agent {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUnable = 2;

/// `--docker [IMAGE ARGUMENT...]`, `--podman [...]`, of daemon and execute.
struct ContainerFlags {
  bool uses_docker = false;
  bool uses_podman = false;
  std::vector<std::string> words;

  /// The flag for another process of this program; empty when none was given.
  std::vector<std::string> to_arguments() const;
};

struct DaemonFlags {
  ContainerFlags container;
  std::vector<std::string> queues;
  bool is_detached = false;
  bool creates_queues = false;
  bool stops = false;
  double polling_interval = 5;
  std::string announce_log;  // set by a detached start: says "ready" on stdout, logs there
};
int run_daemon(const DaemonFlags& flags, const AgentSettings& settings);

struct ExecuteFlags {
  ContainerFlags container;
  std::string task;
  std::string worker;
  std::string queue;
  std::int64_t epoch = 0;
};
int run_execute(const ExecuteFlags& flags, const AgentSettings& settings);

struct InitFlags {
  bool assumes_yes = false;
  bool overwrites = false;
  std::string api, web, files, access_key, secret_key;
};
int run_init(const InitFlags& flags, const AgentSettings& settings);

int run_list(const AgentSettings& settings);

/// Prints the error as a person should read it; the exit code that goes with it.
int report_error(const Error& error);

}  // namespace jarvis::agent
