// A wait that can be called off.
#pragma once

#include <chrono>
#include <stop_token>

namespace jarvis {

/// False when stopped before.
bool pause_for(std::chrono::milliseconds time, const std::stop_token& stop);

}  // namespace jarvis
