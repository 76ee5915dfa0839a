// queues.get_next_task: the one call that waits. An agent of ours names several queues and how long it waits; a stock
// agent names one and polls.
#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "server/domain/task_queue.h"
#include "server/scheduler/dispatcher.h"
#include "server/services/queues.h"
#include "server/store/documents.h"

namespace jarvis::server::queues {
namespace {

using scheduler::Claim;

ApiResult<Claim> claim_from(store::Transaction& tx, const Call& call) {
  Claim claim;
  std::vector<std::string> ids = get_strings(call.body, "queues");
  if (ids.empty()) ids = get_strings(call.body, "queue");
  if (ids.empty()) return ApiError(api::validation_error, "queue or queues is needed");
  std::optional<ApiError> unknown;
  for (const std::string& id : ids) {
    // A queue that was deleted must not keep an agent from its other ones.
    if (auto queue = domain::load_queue(tx, call, id); queue) {
      claim.queues.emplace_back(id);
    } else {
      unknown = queue.error();
    }
  }
  if (claim.queues.empty()) return *unknown;
  claim.worker = WorkerId(get_string_or(call.body, "worker", call.worker));
  const double longest = std::chrono::duration<double>(limits::long_poll_max).count();
  const double seconds = get_double(call.body, "wait_sec").value_or(0);
  claim.wait = std::chrono::milliseconds(std::llround(1000 * std::clamp(seconds, 0.0, longest)));
  return claim;
}

ApiResult<Reply> answer(Services& services, const Call& call, const std::optional<store::Lease>& lease) {
  if (!lease) return Reply();
  json::object reply{
      {"entry", json::object{{"task", lease->task.str()}, {"added", to_iso(lease->added)}}},
      {"queue", lease->queue.str()},
      {"lease",
       json::object{{"epoch", lease->epoch},
                    {"confirm_within_sec",
                     std::chrono::duration_cast<std::chrono::seconds>(limits::lease_unconfirmed_max).count()}}}};
  if (!get_bool_or(call.body, "get_task_info", false)) return Reply(std::move(reply));
  TRY(const auto task, services.store.read([&](store::Transaction& tx) {
    return store::get(tx, store::Kind::task, lease->task.str());
  }));
  if (task) {
    reply["task_info"] =
        json::object{{"company", get_string_or(*task, "company", "")}, {"user", get_string_or(*task, "user", "")}};
  }
  return Reply(std::move(reply));
}

}  // namespace

void get_next_task(Services& services, std::shared_ptr<const Call> call, std::shared_ptr<ParkedReply> reply) {
  auto claim = services.store.read([&](store::Transaction& tx) { return claim_from(tx, *call); });
  if (!claim) return reply->complete(std::move(claim).error());
  std::shared_ptr<void> handle =
      services.dispatcher.claim(std::move(*claim), [&services, call, reply](Result<std::optional<store::Lease>> lease) {
        if (!lease) return reply->complete(ApiError(lease.error()));
        reply->complete(answer(services, *call, *lease));
      });
  // The peer's end lets go of the handle, which cancels the claim.
  reply->on_cancel([handle = std::move(handle)]() mutable { handle.reset(); });
}

}  // namespace jarvis::server::queues
