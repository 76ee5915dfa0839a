// From which queues a worker may take work at this time: its timetable, and what people force meanwhile by tags of the
// queue or a property of the worker on the server. One thread.
#pragma once

#include <map>

#include "agent/dispatch/claim.h"
#include "agent/dispatch/working_hours.h"

namespace jarvis::agent {

class QueueGate {
 public:
  QueueGate(CallApi call, WorkingHours hours, std::string worker, const Clock& clock)
      : call_(std::move(call)), hours_(hours), worker_(std::move(worker)), clock_(clock) {}

  /// Asks the server now and then; while it does not answer, what it said last counts.
  std::vector<QueueName> open(const std::vector<QueueName>& queues);
  /// How long that answer holds by the timetable.
  std::chrono::seconds holds() const;

  /// For people: per queue, whether it is open and why.
  json::array describe(const std::vector<QueueName>& queues);

 private:
  void look(const std::vector<QueueName>& queues);
  bool is_open(const std::string& queue) const;

  const CallApi call_;
  const WorkingHours hours_;
  const std::string worker_;
  const Clock& clock_;
  std::map<std::string, std::vector<std::string>> tags_;  // by queue
  std::optional<std::string> worker_force_;
  bool has_properties_ = true;  // the server knows workers' properties
  std::optional<SteadyTime> looked_;
};

}  // namespace jarvis::agent
