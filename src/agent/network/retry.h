// Programs that fetch (git, uv, pip, docker pull) are run again when the network failed them, not the user.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "proc/run.h"

namespace jarvis::agent {

/// None unless set.
struct NetworkRetries {
  int count = 0;
  std::chrono::milliseconds pause{};  // before the first; each is twice as long as the one before, up to a minute
  std::function<void(std::string_view)> output;
};

/// Whether it was the network or the other side (no connection, no answer in time, no address for a name, HTTP 5xx or
/// 429) by what the program said: a moment later it may work. A refusal is no such failure.
bool has_network_failed(const proc::RunResult& result);

/// Runs `attempt` until it succeeds or fails otherwise. `what` names it in the log. The result is the last attempt's.
Result<proc::RunResult> with_network_retries(const NetworkRetries& retries, std::string_view what,
                                             const std::stop_token& stop,
                                             const std::function<Result<proc::RunResult>()>& attempt);

}  // namespace jarvis::agent
