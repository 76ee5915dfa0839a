#include "server/domain/task_states.h"

#include <algorithm>
#include <string>

namespace jarvis::server::domain {
namespace {

using enum TaskState;

struct StateRow {
  TaskState state;
  std::string_view name;
  std::array<TaskState, 8> next;
  std::size_t next_count;
};

template <typename... Next>
constexpr StateRow row(TaskState state, std::string_view name, Next... next) {
  return {state, name, {next...}, sizeof...(next)};
}

constexpr std::array<StateRow, kTaskStateCount> kStates{{
    row(created, "created", queued, in_progress),
    row(queued, "queued", created, in_progress, stopped),
    row(in_progress, "in_progress", stopped, failed, created, completed),
    row(stopped, "stopped", closed, created, failed, queued, in_progress, published, publishing, completed),
    row(publishing, "publishing", published),
    row(published, "published"),
    row(closed, "closed", created, published),
    row(failed, "failed", created, stopped, published, queued),
    row(completed, "completed", published, in_progress, created),
    row(unknown, "unknown"),
}};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (static_cast<std::size_t>(kStates[i].state) != i) return false;
  }
  return true;
}
static_assert(is_in_order(), "a state is the index of its row");

const StateRow& row_of(TaskState state) {
  return kStates[static_cast<std::size_t>(state)];
}

}  // namespace

std::string_view to_string(TaskState state) {
  return row_of(state).name;
}

std::optional<TaskState> task_state_from(std::string_view name) {
  for (const StateRow& row : kStates) {
    if (row.name == name) return row.state;
  }
  return std::nullopt;
}

std::span<const TaskState> next_states(TaskState from) {
  const StateRow& row = row_of(from);
  return std::span(row.next).first(row.next_count);
}

bool can_become(TaskState from, TaskState to) {
  if (from == to) return from != published && from != publishing;
  const auto next = next_states(from);
  return std::find(next.begin(), next.end(), to) != next.end();
}

ApiResult<void> check_transition(TaskState from, TaskState to, Force force) {
  if (force == Force::yes || can_become(from, to)) return {};
  std::string allowed;
  for (const TaskState state : next_states(from)) {
    allowed += (allowed.empty() ? "" : ", ") + std::string(to_string(state));
  }
  const std::string from_name(to_string(from));
  const std::string to_name(to_string(to));
  return ApiError(api::invalid_task_status, "a task that is " + from_name + " cannot become " + to_name +
                                                " without force; it can become " +
                                                (allowed.empty() ? "nothing else" : allowed))
      .with("current_status", json::value(from_name))
      .with("new_status", json::value(to_name));
}

ApiResult<void> check_editable(TaskState state, Force force) {
  if (state == created || (force == Force::yes && state == in_progress)) return {};
  const std::string name(to_string(state));
  return ApiError(api::invalid_task_status,
                  "a task that is " + name + " cannot be edited" + (state == in_progress ? " without force" : ""))
      .with("current_status", json::value(name));
}

bool is_final(TaskState state) {
  switch (state) {
    case created:
    case queued:
    case in_progress:
    case publishing:
    case unknown:
      return false;
    case stopped:
    case published:
    case closed:
    case failed:
    case completed:
      return true;
  }
  return false;
}

}  // namespace jarvis::server::domain
