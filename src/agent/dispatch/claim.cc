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

Result<std::optional<Claim>> Claimer::next(std::chrono::seconds wait, const std::function<bool()>& is_cancelled) const {
  if (server_.has_long_poll) {
    json::array ids;
    for (const QueueName& queue : queues_)
      ids.emplace_back(queue.id);
    const json::object body{
        {"queue", queues_.front().id}, {"queues", ids}, {"wait_sec", wait.count()}, {"worker", worker_}};
    TRY(const json::object data, call_("queues.get_next_task", body,
                                       {.timeout = wait + std::chrono::seconds(15), .is_cancelled = is_cancelled}));
    return claim_of(data, queues_.front().id);
  }
  for (const QueueName& queue : queues_) {
    TRY(const json::object data,
        call_("queues.get_next_task", json::object{{"queue", queue.id}}, {.is_cancelled = is_cancelled}));
    if (auto claim = claim_of(data, queue.id)) return claim;
  }
  return std::optional<Claim>();
}

}  // namespace jarvis::agent
