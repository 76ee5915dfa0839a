#include "agent/dispatch/heartbeat.h"

#include <cmath>

#include "base/log.h"

namespace jarvis::agent {
namespace {

constexpr auto kEvery = std::chrono::seconds(30);

/// The wire knows whole megabytes only; lists (per core) keep their fractions.
json::object in_wire_units(json::object stats) {
  for (auto& field : stats) {
    if (field.value().is_double()) field.value() = std::llround(field.value().as_double());
  }
  return stats;
}

}  // namespace

Heartbeat::Heartbeat(Session session, std::vector<QueueName> queues, std::string worker, const Clock& clock)
    : session_(std::move(session)),
      queues_(std::move(queues)),
      worker_(std::move(worker)),
      clock_(clock),
      monitor_(clock) {
  thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

void Heartbeat::set_task(std::string task, std::string queue) {
  const std::lock_guard lock(mutex_);
  task_ = std::move(task);
  queue_ = std::move(queue);
  has_changed_ = true;
  changed_.notify_all();
}

void Heartbeat::loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::string task;
    std::string queue;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, kEvery, [&] { return has_changed_; });
      if (stop.stop_requested()) return;
      has_changed_ = false;
      task = task_;
      queue = queue_;
    }
    report(task, queue);
  }
}

void Heartbeat::report(const std::string& task, const std::string& queue) {
  json::array ids;
  for (const QueueName& listened : queues_)
    ids.emplace_back(listened.id);
  json::object body{{"worker", worker_},
                    {"timestamp", clock_.wall().ms()},
                    {"queues", ids},
                    {"is_daemon", true},
                    {"machine_stats", in_wire_units(monitor_.sample())}};
  if (!task.empty()) body["task"] = task;
  if (!queue.empty()) body["queue"] = queue;
  const auto answer = session_.call("workers.status_report", body, {.timeout = std::chrono::seconds(10)});
  if (!answer && !is_away_) log::warning("the server does not take reports", {{"error", answer.error().message()}});
  if (answer && is_away_) log::info("the server takes reports again");
  is_away_ = !answer;
}

}  // namespace jarvis::agent
