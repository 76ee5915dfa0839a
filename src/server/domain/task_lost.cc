#include "server/domain/task_lost.h"

#include <algorithm>
#include <charconv>

#include "server/store/documents.h"

namespace jarvis::server::domain {
namespace {

constexpr int kTimesUnlessSaid = 3;
constexpr int kTimesMax = 1000;
constexpr std::string_view kPlace = "queue_place";
constexpr std::string_view kTimesLost = "times_lost";

/// What somebody moved to the front meanwhile may stand at the very same place: it stays before it.
Status behind_equals(store::Transaction& tx, const store::Lease& place) {
  TRY(const auto entries, store::entries(tx, place.queue));
  const auto is_before = [&](const store::QueueEntry& entry) {
    return entry.task != place.task && entry.position <= place.position;
  };
  const auto has_place = [&](const store::QueueEntry& entry) {
    return entry.task != place.task && entry.position == place.position;
  };
  if (std::ranges::none_of(entries, has_place)) return {};
  return store::move_to(tx, place.task, static_cast<std::size_t>(std::ranges::count_if(entries, is_before)));
}

}  // namespace

Result<LostPolicy> lost_policy_from(std::string_view text) {
  constexpr std::string_view prefix = "queue:";
  if (text == "fail") return LostPolicy{0};
  if (text == "queue") return LostPolicy{kTimesUnlessSaid};
  LostPolicy policy;
  if (text.starts_with(prefix)) {
    const char* const end = text.data() + text.size();
    const auto [at, code] = std::from_chars(text.data() + prefix.size(), end, policy.times);
    if (code == std::errc() && at == end && policy.times >= 1 && policy.times <= kTimesMax) return policy;
  }
  return invalid_argument("'" + std::string(text) + "' is not fail, queue or queue:N (1 to 1000 times)");
}

Result<LostPolicy> lost_policy_of(const json::object& queue, LostPolicy fallback) {
  const json::value* said = find_path(queue, {"metadata", kLostPolicyKey, "value"});
  if (said == nullptr) return fallback;
  auto policy = lost_policy_from(said->is_string() ? std::string_view(said->get_string()) : std::string_view());
  if (!policy) return std::move(policy).error().context("metadata " + std::string(kLostPolicyKey));
  return policy;
}

void remember_place(json::object& task, const store::Lease& lease) {
  task[kPlace] = {{"queue", lease.queue.str()}, {"added_us", lease.added.us}, {"position", lease.position}};
}

Result<std::optional<store::Lease>> place_to_wait_again(store::Transaction& tx, const json::object& task,
                                                        LostPolicy fallback) {
  const json::object* place = get_object(task, kPlace);
  if (place == nullptr) return std::optional<store::Lease>();
  const QueueId id(get_string_or(*place, "queue", ""));
  TRY(const auto queue, store::get(tx, store::Kind::queue, id.str()));
  if (!queue) return std::optional<store::Lease>();
  // It was checked when it was written, unless that was another version.
  const LostPolicy policy = lost_policy_of(*queue, fallback).value_or(fallback);
  if (times_lost(task) >= policy.times) return std::optional<store::Lease>();
  return std::optional(store::Lease{.task = TaskId(get_string_or(task, "id", "")),
                                    .queue = id,
                                    .worker = {},
                                    .added = WallTime{get_int(*place, "added_us").value_or(0)},
                                    .position = get_double(*place, "position").value_or(0),
                                    .deadline = {}});
}

ApiResult<void> wait_again(store::Transaction& tx, TaskDraft& task, const store::Lease& place) {
  const std::string worker = get_string_or(task.doc(), "last_worker", "");
  const std::int64_t times = times_lost(task.doc()) + 1;
  // Who takes it off its queue finds it as it was left.
  task.set("enqueue_status", to_string(TaskState::stopped));
  task.become(TaskState::queued, {.reason = "lost worker",
                                  .message = "Its worker " + worker +
                                             " has not been heard of: it waits in its queue again. Lost so far: " +
                                             std::to_string(times) + (times == 1 ? " time." : " times.")});
  task.doc()[kTimesLost] = times;
  TRY(task.doc()["void_epoch"], store::epoch_of(tx, TaskId(task.id())));
  CHECK_OK(task.save(tx));
  CHECK_OK(store::return_lease(tx, place));
  CHECK_OK(behind_equals(tx, place));
  return {};
}

std::int64_t times_lost(const json::object& task) {
  return get_int(task, kTimesLost).value_or(0);
}

void forget_times_lost(json::object& task) {
  task.stable_erase(kTimesLost);
}

}  // namespace jarvis::server::domain
