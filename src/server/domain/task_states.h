// The states of a task and the moves between them, as data: the table below is the rule, the check and the message of
// 400/110. Pure: no threads, no I/O.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "server/api_error.h"

namespace jarvis::server::domain {

enum class TaskState : std::uint8_t {
  created,
  queued,
  in_progress,
  stopped,
  publishing,
  published,
  closed,
  failed,
  completed,
  unknown,
};
inline constexpr std::size_t kTaskStateCount = 10;

/// The wire's name.
std::string_view to_string(TaskState state);
std::optional<TaskState> task_state_from(std::string_view name);

/// Where a task in `from` may go without force.
std::span<const TaskState> next_states(TaskState from);

enum class Force : std::uint8_t { no, yes };

/// True when the table allows the move. Staying is always allowed but for `published` and `publishing`: a client that
/// lost our answer says the same thing again.
bool can_become(TaskState from, TaskState to);
/// 400/110 unless the table or force allows the move.
ApiResult<void> check_transition(TaskState from, TaskState to, Force force);

/// 400/110 unless `state` is created, or, with force, in_progress: the rule of edits to a draft's parts.
ApiResult<void> check_editable(TaskState state, Force force);

/// The states in which a run is over and nobody works on the task.
bool is_final(TaskState state);

}  // namespace jarvis::server::domain
