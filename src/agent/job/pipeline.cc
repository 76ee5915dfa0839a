#include "agent/job/pipeline.h"

#include <cstdio>

namespace jarvis::agent {
namespace {

std::string seconds_text(SteadyTime::duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", std::chrono::duration<double>(time).count());
  return text;
}

}  // namespace

Outcome Pipeline::run() {
  for (const auto& stage : stages_) {
    if (job_.stop.token().stop_requested()) return outcome_of_stop();
    const std::string name(stage->name());
    const SteadyTime begin = job_.clock.steady();
    ++begun_;
    const Status status = stage->run(job_);
    const std::string time = seconds_text(job_.clock.steady() - begin);
    if (job_.stop.token().stop_requested()) {
      job_.log.line("[jarvis] " + name + " stopped after " + time);
      return outcome_of_stop();
    }
    if (!status) {
      job_.log.line("[jarvis] " + name + " failed after " + time + ": " + status.error().message());
      return Outcome::setup_failed(name, status.error());
    }
    job_.log.line("[jarvis] " + name + " " + time);
  }
  // What it did before its abort was the last: however it ended itself then.
  if (job_.stop.cause() != JobStop::Cause::none) return outcome_of_stop();
  return job_.outcome.value_or(Outcome::completed());
}

void Pipeline::unwind() {
  while (begun_ > 0)
    stages_[--begun_]->unwind(job_);
}

Outcome Pipeline::outcome_of_stop() const {
  switch (job_.stop.cause()) {
    case JobStop::Cause::agent:
      return Outcome::drained();
    case JobStop::Cause::replaced:
      return Outcome::replaced();
    case JobStop::Cause::user:
    case JobStop::Cause::none:
      return Outcome::aborted_by_user();
  }
  return Outcome::aborted_by_user();
}

}  // namespace jarvis::agent
