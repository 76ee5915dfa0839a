// What a worker is doing, by its last report. Pure.
#pragma once

#include <chrono>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"

namespace jarvis::server::domain {

/// Agents report every 30 s, some a few seconds late.
inline constexpr auto worker_silent_after = std::chrono::seconds(45);

/// silent: it has not been heard of lately, and may be gone.
enum class WorkerState : std::uint8_t { idle, busy, silent };
std::string_view to_string(WorkerState state);
WorkerState worker_state(const json::object& worker, WallTime now);

}  // namespace jarvis::server::domain
