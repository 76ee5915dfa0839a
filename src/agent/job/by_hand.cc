#include "agent/job/by_hand.h"

namespace jarvis::agent {

Result<std::string> take_by_hand(Session& session, const std::string& task, const ByHand& how) {
  TRY(const json::object found, session.call("tasks.get_by_id", {{"task", task}}));
  const json::object* document = get_object(found, "task");
  if (document == nullptr) return not_found("there is no task " + task);
  if (how.clones) {
    const std::string name = "Clone of " + get_string_or(*document, "name", task);
    TRY(const json::object made, session.call("tasks.clone", {{"task", task}, {"new_task_name", name}}));
    return get_string_or(made, "id", "");
  }
  const bool is_queued = get_string_or(*document, "status", "") == "queued";
  if (!is_queued && !how.requires_queue) return task;
  std::int64_t taken = 0;
  if (is_queued) {
    TRY(const json::object off, session.call("tasks.dequeue", {{"task", task}, {"new_status", "in_progress"}}));
    taken = get_int(off, "dequeued").value_or(get_int(off, "updated").value_or(0));
  }
  if (taken == 0 && how.requires_queue)
    return Error(ErrorCode::conflict, "task " + task + " is in no queue: somebody else has it, or nobody enqueued it");
  return task;
}

}  // namespace jarvis::agent
