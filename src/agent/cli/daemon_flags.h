// What a daemon's command line says.
#pragma once

#include "agent/cli/flags.h"
#include "agent/dispatch/daemon.h"

namespace jarvis::agent {

struct DaemonFlags {
  RunFlags run;
  std::vector<std::string> queues;
  bool is_detached = false;
  bool creates_queues = false;
  bool is_fair = false;
  bool is_dynamic = false;
  bool is_services = false;
  std::size_t services_max = 0;  // 0: any number
  std::vector<std::string> child_tags;
  std::vector<std::string> uptime, downtime;
  bool stops = false;
  std::vector<std::string> stopped;  // worker ids
  bool shows_status = false;
  std::string announce_log;  // set by a detached start: says "ready" on stdout, logs there

  /// These flags, for another process of this program. Not among them: --detached, --stop, --status, and what is a
  /// setting (those travel in the environment, where other users do not see them).
  std::vector<std::string> to_arguments() const;
};

void add_daemon(CLI::App& app, DaemonFlags& flags, SettingFlags& settings);

/// "dual=2" with --dynamic-gpus: name and shape. Errors: invalid_argument.
Result<std::vector<AskedQueue>> asked_queues(const DaemonFlags& flags);

}  // namespace jarvis::agent
