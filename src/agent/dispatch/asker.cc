#include "agent/dispatch/asker.h"

#include <algorithm>

#include "base/log.h"
#include "base/pause.h"

namespace jarvis::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kLongPoll = seconds(45);
// While something is held back (closed hours, a task that needs more than there is), so often is looked again.
constexpr auto kLookAgain = seconds(5);
constexpr auto kClosedPause = seconds(15);
constexpr auto kBackOffFirst = milliseconds(500);
constexpr auto kBackOffMax = milliseconds(15'000);

}  // namespace

Asker::Asker(CallApi call, Claimer claimer, QueueGate gate, milliseconds polling_interval, const proc::Wakeup& wake)
    : call_(std::move(call)),
      claimer_(std::move(claimer)),
      gate_(std::move(gate)),
      polling_interval_(polling_interval),
      wake_(wake) {
  thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

Asker::~Asker() {
  stop();
}

void Asker::stop() {
  want({});
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Asker::want(std::vector<WantedQueue> queues) {
  const std::lock_guard lock(mutex_);
  if (queues == wanted_) return;
  wanted_ = std::move(queues);
  called_off_.request_stop();
  changed_.notify_all();
}

std::optional<Claim> Asker::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(claim_, std::nullopt);
}

void Asker::loop(const std::stop_token& stop) {
  while (true) {
    std::vector<WantedQueue> wanted;
    std::stop_token called_off;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [&] { return !wanted_.empty() && !claim_; });
      if (stop.stop_requested()) return;
      wanted = wanted_;
      called_off_ = std::stop_source();
      called_off = called_off_.get_token();
    }
    (void)pause_for(ask(wanted, called_off), called_off);
  }
}

milliseconds Asker::ask(const std::vector<WantedQueue>& wanted, const std::stop_token& called_off) {
  bool is_held_back = false;
  const std::vector<QueueName> askable_now = askable(wanted, is_held_back);
  const std::vector<QueueName> queues = gate_.open(askable_now);
  if (queues.empty()) return askable_now.empty() ? kLookAgain : std::min(kClosedPause, gate_.holds());
  const bool is_partial = is_held_back || queues.size() < wanted.size();
  const auto claim =
      claimer_.next(queues, std::min({kLongPoll, gate_.holds(), is_partial ? kClosedPause : kLongPoll}), called_off);
  if (!claim) {
    if (called_off.stop_requested()) return {};
    back_off_ = std::clamp(back_off_ * 2, kBackOffFirst, kBackOffMax);
    log::warning("no answer to the question for work; trying again",
                 {{"error", claim.error().message()}, {"pause_ms", back_off_.count()}});
    return back_off_;
  }
  back_off_ = {};
  if (!*claim) return claimer_.waits() ? milliseconds() : polling_interval_;
  const std::lock_guard lock(mutex_);
  claim_ = **claim;
  wanted_.clear();
  wake_.notify();
  return {};
}

std::vector<QueueName> Asker::askable(const std::vector<WantedQueue>& wanted, bool& is_held_back) {
  std::vector<QueueName> out;
  for (const WantedQueue& one : wanted) {
    if (one.has_room) {
      out.push_back(one.queue);
      continue;
    }
    is_held_back = true;
    if (one == wanted.back()) break;
    if (has_entries(one.queue)) break;
  }
  return out;
}

bool Asker::has_entries(const QueueName& queue) {
  const auto found = call_("queues.get_by_id", json::object{{"queue", queue.id}, {"max_task_entries", 1}}, {});
  const json::object* document = found ? get_object(*found, "queue") : nullptr;
  const json::array* entries = document != nullptr ? get_array(*document, "entries") : nullptr;
  return entries != nullptr && !entries->empty();
}

}  // namespace jarvis::agent
