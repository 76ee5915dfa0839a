// How a job ended: a closed set, and what the server and people are told of each. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "proc/child.h"

namespace jarvis::agent {

struct Outcome {
  enum class Kind : std::uint8_t {
    completed,
    failed,          // the script's own exit code or signal
    out_of_memory,   // the kernel killed it for memory
    timed_out,       // agent.max_run_sec was over
    setup_failed,    // a stage before the script
    aborted,         // somebody wanted it to stop
    drained,         // the agent was told to stop
    lost_container,  // it was ended from outside
    lost_worker,     // the job's process went away without a word
    replaced,        // another run of the task counts now: nothing is reported
  };
  Kind kind = Kind::completed;
  std::string reason;   // status_reason: short
  std::string message;  // status_message: a sentence

  static Outcome completed();
  static Outcome failed(const proc::ExitStatus& status);
  static Outcome out_of_memory();
  static Outcome timed_out(std::chrono::seconds limit);
  static Outcome setup_failed(std::string_view stage, const Error& error);
  static Outcome aborted_by_user();
  static Outcome drained();
  static Outcome lost_container(std::string_view why);
  static Outcome lost_worker();
  static Outcome replaced();

  /// "tasks.completed", "tasks.failed", "tasks.stopped"; nothing when nothing is reported.
  std::optional<std::string_view> action() const;
};

std::string_view to_string(Outcome::Kind kind);

}  // namespace jarvis::agent
