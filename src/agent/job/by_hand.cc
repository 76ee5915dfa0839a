#include "agent/job/by_hand.h"

namespace jarvis::agent {

Result<json::object> fetch_task(Session& session, const std::string& task) {
  auto data = session.call("tasks.get_by_id", {{"task", task}});
  // Who typed an id has nothing from the way in which servers say that they do not know it.
  if (!data && data.error().code() != ErrorCode::invalid_argument) return std::move(data).error();
  const json::object* document = data ? get_object(*data, "task") : nullptr;
  if (document == nullptr) return not_found("the server has no task " + task);
  return *document;
}

Result<std::string> take_by_hand(Session& session, const std::string& task, const ByHand& how) {
  TRY(const json::object document, fetch_task(session, task));
  if (how.clones) {
    const std::string name = "Clone of " + get_string_or(document, "name", task);
    TRY(const json::object made, session.call("tasks.clone", {{"task", task}, {"new_task_name", name}}));
    return get_string_or(made, "id", "");
  }
  const bool is_queued = get_string_or(document, "status", "") == "queued";
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
