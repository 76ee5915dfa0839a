// `daemon --stop`, `daemon --status`, `drain`: what is done to daemons that run.
#pragma once

#include "agent/cli/daemon_flags.h"
#include "agent/cli/daemons.h"

namespace jarvis::agent {

int stop_daemons(const DaemonFlags& flags, const VisibleGpus& gpus, const AgentSettings& settings);
int show_status(const DaemonFlags& flags, const AgentSettings& settings);

struct DrainFlags {
  std::vector<std::string> workers;  // none: all
  bool waits = true;
};
void add_drain(CLI::App& app, DrainFlags& flags);
int run_drain(const DrainFlags& flags, const AgentSettings& settings);

/// Those of `daemons` that a command line with --stop means: by worker id ("all"), else those that were started with
/// the same flags. Pure. Errors: not_found (none; lists those that run), conflict (no flags, and several run).
Result<std::vector<DaemonEntry>> meant_by(const DaemonFlags& flags, const std::string& gpus,
                                          const std::string& worker_id, const std::vector<DaemonEntry>& daemons);

}  // namespace jarvis::agent
