// When a service that has ended is started again: "on-failure:3", "always", for some tasks only. Pure.
#pragma once

#include "agent/job/outcome.h"
#include "base/json.h"

namespace jarvis::agent {

class RestartPolicy {
 public:
  /// "no", "on-failure", "on-failure:N", "always", "unless-stopped" (the same: who is stopped stays so), each with a
  /// ";path.in.task" that the task must have, or ";path.in.task=value". "" is "no". Errors: invalid_argument.
  static Result<RestartPolicy> parse(const std::string& text);

  /// This policy for this task; "no" when the task is not one of those it is for.
  RestartPolicy of(const json::object& task) const;
  /// `restarts`: how many there were.
  bool restarts_after(const Outcome& outcome, int restarts) const;
  bool is_never() const { return when_ == When::never; }

  /// Longer each time, so that what fails at once does no harm. `restarts` in a row.
  static std::chrono::seconds pause_before(int restarts);

 private:
  enum class When : std::uint8_t { never, on_failure, always };
  When when_ = When::never;
  int restarts_max_ = 0;  // 0: any number
  std::string path_, value_;
};

}  // namespace jarvis::agent
