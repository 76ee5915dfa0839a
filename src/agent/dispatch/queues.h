// Finds the queues that a daemon is to listen to.
#pragma once

#include "agent/dispatch/claim.h"

namespace jarvis::agent {

enum class MissingQueue : std::uint8_t { refuse, create };

/// By name or id, in the order given; none: the default queue. Errors: not_found (names the queue and says what to do).
Result<std::vector<QueueName>> resolve_queues(const CallApi& call, const std::vector<std::string>& names,
                                              MissingQueue missing);

}  // namespace jarvis::agent
