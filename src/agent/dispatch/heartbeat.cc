#include "agent/dispatch/heartbeat.h"

#include "base/log.h"

namespace jarvis::agent {

Heartbeat::Heartbeat(Session session, WorkerReport report, bool is_quiet)
    : session_(std::move(session)), report_(std::move(report)), is_quiet_(is_quiet) {
  thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

void Heartbeat::set_quiet(bool is_quiet) {
  const std::lock_guard lock(mutex_);
  if (is_quiet == is_quiet_) return;
  is_quiet_ = is_quiet;
  has_changed_ = true;
  changed_.notify_all();
}

void Heartbeat::loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, report_.every(), [&] { return has_changed_; });
      if (stop.stop_requested()) return;
      has_changed_ = false;
      if (is_quiet_) continue;
    }
    const auto answer = session_.call("workers.status_report", report_.body(), {.timeout = std::chrono::seconds(10)});
    if (!answer && !is_away_) log::warning("the server does not take reports", {{"error", answer.error().message()}});
    if (answer && is_away_) log::info("the server takes reports again");
    is_away_ = !answer;
  }
}

}  // namespace jarvis::agent
