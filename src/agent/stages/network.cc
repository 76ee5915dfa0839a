#include "agent/stages/network.h"

namespace jarvis::agent {

Result<NetworkRetries> network_retries(JobContext& job) {
  const AgentSettings& settings = job.settings;
  TRY(const std::int64_t count, settings.values.get_int("agent.network_retries"));
  TRY(const double pause, settings.number("agent.network_retry_sec"));
  if (settings.values.get_bool("agent.standalone_mode")) return NetworkRetries();
  return NetworkRetries{.count = static_cast<int>(count),
                        .pause = std::chrono::milliseconds(static_cast<std::int64_t>(pause * 1000)),
                        .output = [&job](std::string_view text) { job.log.bytes(text); }};
}

}  // namespace jarvis::agent
