#include "agent/job/outcome.h"

namespace jarvis::agent {

Outcome Outcome::completed() {
  return {Kind::completed, "completed", "The script ended with exit code 0."};
}

Outcome Outcome::failed(const proc::ExitStatus& status) {
  return {Kind::failed, "failed: " + status.to_text(),
          status.signal == 0 ? "The script ended with " + status.to_text() + "; the end of the log says why."
                             : "The script was ended by " + status.to_text() + "."};
}

Outcome Outcome::out_of_memory() {
  return {Kind::out_of_memory, "out of memory", "The kernel ended the script because memory had run out."};
}

Outcome Outcome::timed_out(std::chrono::seconds limit) {
  return {Kind::timed_out, "timeout",
          "The script was ended after the " + std::to_string(limit.count()) + " s that agent.max_run_sec allows."};
}

Outcome Outcome::setup_failed(std::string_view stage, const Error& error) {
  return {Kind::setup_failed, "setup failed: " + std::string(stage), error.message()};
}

Outcome Outcome::aborted_by_user() {
  return {Kind::aborted, "aborted by user", "The task was stopped on request."};
}

Outcome Outcome::drained() {
  return {Kind::drained, "aborted: agent stopped", "The agent that ran the task was stopped."};
}

Outcome Outcome::lost_container(std::string_view why) {
  return {Kind::lost_container, "lost container", "The script went with its container: " + std::string(why) + "."};
}

Outcome Outcome::lost_worker() {
  return {Kind::lost_worker, "lost worker", "The process that ran the task went away without reporting how it ended."};
}

Outcome Outcome::replaced() {
  return {Kind::replaced, "replaced", "Another run of this task took over."};
}

std::optional<std::string_view> Outcome::action() const {
  switch (kind) {
    case Kind::completed:
      return "tasks.completed";
    case Kind::failed:
    case Kind::out_of_memory:
    case Kind::timed_out:
    case Kind::setup_failed:
    case Kind::lost_container:
    case Kind::lost_worker:
      return "tasks.failed";
    case Kind::aborted:
    case Kind::drained:
      return "tasks.stopped";
    case Kind::replaced:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string_view to_string(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::completed:
      return "completed";
    case Outcome::Kind::failed:
      return "failed";
    case Outcome::Kind::out_of_memory:
      return "out of memory";
    case Outcome::Kind::timed_out:
      return "timeout";
    case Outcome::Kind::setup_failed:
      return "setup failed";
    case Outcome::Kind::aborted:
      return "aborted";
    case Outcome::Kind::drained:
      return "drained";
    case Outcome::Kind::lost_container:
      return "lost container";
    case Outcome::Kind::lost_worker:
      return "lost worker";
    case Outcome::Kind::replaced:
      return "replaced";
  }
  return "";
}

}  // namespace jarvis::agent
