// Containers whose job was killed: the engine's program, which was to end them with it, may have been killed, too.
#pragma once

#include "agent/runtime/engine.h"
#include "agent/settings.h"

namespace jarvis::agent {

/// Of all jobs of this home that have ended. May take seconds. False when some are left, which is logged: the next one
/// does it.
bool sweep_left_containers(Engine engine, const AgentSettings& settings);

}  // namespace jarvis::agent
