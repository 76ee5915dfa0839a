// How often a stage tries again what the network failed: the settings' word.
#pragma once

#include "agent/job/stage.h"
#include "agent/network/retry.h"

namespace jarvis::agent {

/// Told in the task's log. In standalone mode nothing is tried again: no network is meant to be there. Errors:
/// invalid_argument (names the setting).
Result<NetworkRetries> network_retries(JobContext& job);

}  // namespace jarvis::agent
