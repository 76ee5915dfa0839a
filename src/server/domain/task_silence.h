// A running task of whose worker nothing is heard. Its status stays in_progress, so that it is aborted, listed and
// watched as before and agents of any version go on with it; status_reason and status_message say what is known. Pure.
#pragma once

#include <chrono>

#include "base/clock.h"
#include "base/json.h"

namespace jarvis::server::domain {

/// What a task says whose worker is asked to stop it: the worker reads it, so it stays there.
inline constexpr std::string_view kStoppingMessage = "stopping";
inline constexpr std::string_view kSilentReason = "worker not heard of";

/// Says that nothing has been heard since the task's last_update, and what will happen when. Leaves last_update.
void tell_silence(json::object& task, std::chrono::seconds given_up_after, std::string_view then = "the task fails");
/// Somebody reported of the task.
void note_heard(json::object& task, WallTime now);

}  // namespace jarvis::server::domain
