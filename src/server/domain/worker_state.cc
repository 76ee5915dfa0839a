#include "server/domain/worker_state.h"

namespace jarvis::server::domain {

std::string_view to_string(WorkerState state) {
  switch (state) {
    case WorkerState::idle:
      return "idle";
    case WorkerState::busy:
      return "busy";
    case WorkerState::silent:
      return "silent";
  }
  return "";
}

WorkerState worker_state(const json::object& worker, WallTime now) {
  const auto last = from_iso(get_string_or(worker, "last_activity_time", ""));
  if (!last || now > *last + worker_silent_after) return WorkerState::silent;
  return get_string_or(worker, "task", "").empty() ? WorkerState::idle : WorkerState::busy;
}

}  // namespace jarvis::server::domain
