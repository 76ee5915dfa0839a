// `jarvis-agent daemon`.
#pragma once

#include "agent/cli/daemon_flags.h"

namespace jarvis::agent {

int run_daemon(const DaemonFlags& flags, const AgentSettings& settings);

}  // namespace jarvis::agent
