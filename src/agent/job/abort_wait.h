// A script that registered a callback for its abort (the SDK's Task.register_abort_callback) ends itself when that is
// done: until then the run goes on. Pure. One thread.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"
#include "base/json.h"

namespace jarvis::agent {

class AbortWait {
 public:
  /// `longest`: whatever the script asks for (agent.abort_callback_max_timeout).
  explicit AbortWait(std::chrono::milliseconds longest) : longest_(longest) {}

  /// Whether the run goes on, though it is to stop. `runtime`: of the task, as the server has it now.
  bool goes_on(const json::object& runtime, SteadyTime now);
  bool has_begun() const { return end_.has_value(); }

 private:
  const std::chrono::milliseconds longest_;
  std::optional<SteadyTime> end_;
};

/// Whether the task's runtime says that the callback was called and is done.
bool is_callback_done(const json::object& runtime);

}  // namespace jarvis::agent
