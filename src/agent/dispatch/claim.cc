#include "agent/dispatch/claim.h"

namespace jarvis::agent {
namespace {

std::optional<Claim> claim_of(const json::object& data, const std::string& queue) {
  const json::object* entry = get_object(data, "entry");
  if (entry == nullptr) return std::nullopt;
  Claim claim{.task = get_string_or(*entry, "task", ""), .queue = get_string_or(data, "queue", queue)};
  if (claim.task.empty()) return std::nullopt;
  if (const json::object* lease = get_object(data, "lease")) {
    claim.epoch = get_int(*lease, "epoch").value_or(0);
    claim.confirm_within = std::chrono::seconds(get_int(*lease, "confirm_within_sec").value_or(30));
  }
  return claim;
}

}  // namespace

Result<std::optional<Claim>> Claimer::next(const std::vector<QueueName>& queues, std::chrono::seconds wait,
                                           const std::stop_token& stop) const {
  if (server_.has_long_poll) {
    json::array ids;
    for (const QueueName& queue : queues)
      ids.emplace_back(queue.id);
    const json::object body{
        {"queue", queues.front().id}, {"queues", ids}, {"wait_sec", wait.count()}, {"worker", worker_}};
    TRY(const json::object data,
        call_("queues.get_next_task", body, {.timeout = wait + std::chrono::seconds(15), .stop = stop}));
    return claim_of(data, queues.front().id);
  }
  for (const QueueName& queue : queues) {
    if (stop.stop_requested()) break;
    TRY(const json::object data, call_("queues.get_next_task", json::object{{"queue", queue.id}}, {}));
    if (auto claim = claim_of(data, queue.id)) return claim;
  }
  return std::optional<Claim>();
}

Status Claimer::give_back(const Claim& claim) const {
  if (claim.epoch > 0) {
    const auto returned = call_("queues.return_task", json::object{{"task", claim.task}, {"epoch", claim.epoch}}, {});
    // A server that has leases but not this call takes the task back when the lease is over.
    if (!returned && returned.error().code() != ErrorCode::not_found) return returned.error();
    return {};
  }
  const json::object where{{"queue", claim.queue}, {"task", claim.task}};
  TRY(const json::object off, call_("tasks.dequeue", json::object{{"task", claim.task}}, {}));
  TRY(const json::object on, call_("tasks.enqueue", where, {}));
  TRY(const json::object front, call_("queues.move_task_to_front", where, {}));
  return {};
}

}  // namespace jarvis::agent
