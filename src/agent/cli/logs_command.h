// `jarvis-agent logs`: a task's log, as the server has it.
#pragma once

#include "agent/settings.h"

namespace jarvis::agent {

struct LogsFlags {
  std::string task;
  bool follows = false;
};
/// 0 when the log was shown to its end.
int run_logs(const LogsFlags& flags, const AgentSettings& settings);

}  // namespace jarvis::agent
