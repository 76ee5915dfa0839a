#include "agent/logs/task_log.h"

#include <unistd.h>

#include <utility>

#include "base/log.h"

namespace jarvis::agent {
namespace {

using std::chrono::milliseconds;

// Small enough for one request, large enough for 100 MB/s.
constexpr std::size_t kShipBytes = 1U << 20;
// Lines that come together travel together; nobody reads faster.
constexpr milliseconds kGather(200);
// A line that does not end is shown after this time, and looked at so often.
constexpr milliseconds kOpenLineMax(5'000);
constexpr milliseconds kOpenLineTick(500);
constexpr milliseconds kRetryFirst(200);
constexpr milliseconds kRetryMax(10'000);
// Records group lines up to this size: fewer, larger events for a talkative job.
constexpr std::size_t kRecordBytes = 32U << 10;

/// As many lines as a record holds, at least one, without the last one's end.
std::string_view first_record(std::string_view lines) {
  std::size_t end = lines.substr(0, kRecordBytes).rfind('\n');
  if (end == std::string_view::npos) end = lines.find('\n');
  return lines.substr(0, end);
}

}  // namespace

TaskLog::TaskLog(std::unique_ptr<Spool> spool, Redactor redactor, const Clock& clock)
    : spool_(std::move(spool)), redactor_(std::move(redactor)), clock_(clock) {}

TaskLog::~TaskLog() {
  shipper_.request_stop();
}

void TaskLog::start_shipping(Send send) {
  send_ = std::move(send);
  shipper_ = std::jthread([this](std::stop_token stop) { ship(stop); });
}

void TaskLog::line(std::string_view text) {
  const std::lock_guard lock(mutex_);
  put(cutter_.flush() + to_utf8(text) + '\n');
}

void TaskLog::bytes(std::string_view data) {
  const std::lock_guard lock(mutex_);
  const bool was_open = cutter_.has_open_line();
  std::string lines = cutter_.add(data);
  if (!was_open || !lines.empty()) open_since_ = clock_.steady();
  put(std::move(lines));
}

void TaskLog::flush_line() {
  const std::lock_guard lock(mutex_);
  put(cutter_.flush());
}

/// Each line with its end. Called with mutex_ held.
void TaskLog::put(std::string lines) {
  if (lines.empty()) return;
  lines = redactor_.redact(std::move(lines));
  // A terminal that went away must not end the job.
  for (const proc::UniqueFd& copy : copies_) [[maybe_unused]]
    const auto ignored = ::write(copy.get(), lines.data(), lines.size());
  for (std::string_view rest = lines; !rest.empty();) {
    const std::string_view record = first_record(rest);
    rest.remove_prefix(record.size() + 1);
    if (!unwritten_.empty() || !write_record(record)) unwritten_.emplace_back(record);
  }
  // Who waits already has something to do.
  if (std::exchange(has_new_, true)) return;
  changed_.notify_all();
}

/// Called with mutex_ held. False: the disk is full, for now.
bool TaskLog::write_record(std::string_view record) {
  const Status status = spool_->append(clock_.wall().ms(), record);
  if (!status && unwritten_.empty())
    log::error("the task's log could not be written; it waits", {{"error", status.error().message()}});
  return status.has_value();
}

/// Called with mutex_ held.
void TaskLog::write_unwritten() {
  while (!unwritten_.empty() && write_record(unwritten_.front())) {
    unwritten_.pop_front();
    has_new_ = true;
    changed_.notify_all();
  }
}

bool TaskLog::has_room(std::int64_t spool_bytes_max) {
  const std::lock_guard lock(mutex_);
  write_unwritten();
  return unwritten_.empty() && spool_->waiting_bytes() < spool_bytes_max;
}

/// A progress bar ends its line with the training: its state is shown now and then. Called with mutex_ held.
void TaskLog::show_open_line() {
  if (has_new_ || !cutter_.has_open_line() || clock_.steady() - open_since_ < kOpenLineMax) return;
  put({cutter_.flush()});
}

void TaskLog::ship(const std::stop_token& stop) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      while (!has_new_ && !stop.stop_requested()) {
        changed_.wait_for(lock, stop, kOpenLineTick, [&] { return has_new_; });
        write_unwritten();
        show_open_line();
      }
      if (stop.stop_requested()) return;
      // Gathered: one request for the lines of a moment, not one each.
      changed_.wait_for(lock, stop, kGather, [&] { return stop.stop_requested() || is_draining_; });
      has_new_ = false;
    }
    if (const Status status = spool_->sync(); !status) log::warning(status.error().message());
    while (spool_->acknowledged() < spool_->last_seq()) {
      if (ship_once(stop)) continue;
      const std::lock_guard lock(mutex_);
      has_ended_ = true;
      changed_.notify_all();
      return;
    }
    // Under the lock: drain() looks and then waits, and must not miss this between the two.
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }
}

/// False when there is no point in going on.
bool TaskLog::ship_once(const std::stop_token& stop) {
  const auto records = spool_->read_unacknowledged(kShipBytes);
  if (!records || records->empty()) return false;
  milliseconds wait = kRetryFirst;
  bool is_refused = false;
  while (true) {
    const Status status = send_(*records);
    if (status) break;
    const ErrorCode code = status.error().code();
    if (code == ErrorCode::conflict) {
      was_replaced_ = true;
      return false;
    }
    if (code == ErrorCode::unauthorized && !std::exchange(is_refused, true))
      log::error("the server refuses the agent's keys; the task's log waits on the disk until the settings hold others",
                 {{"error", status.error().message()}});
    if (code != ErrorCode::unauthorized && !status.error().is_retryable()) {
      log::error("the server refuses a piece of the log, which is left out of it",
                 {{"records", records->size()}, {"error", status.error().message()}});
      break;
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, wait, [&] { return stop.stop_requested(); });
    if (stop.stop_requested()) return false;
    wait = std::min(wait * 2, kRetryMax);
  }
  const Status status = spool_->acknowledge(records->back().seq);
  if (!status) log::error(status.error().message());
  return status.has_value();
}

bool TaskLog::drain(milliseconds deadline) {
  flush_line();
  std::unique_lock lock(mutex_);
  is_draining_ = true;
  changed_.notify_all();
  const auto is_done = [&] {
    return has_ended_ || (unwritten_.empty() && spool_->acknowledged() >= spool_->last_seq());
  };
  changed_.wait_for(lock, deadline, is_done);
  return unwritten_.empty() && spool_->acknowledged() >= spool_->last_seq();
}

}  // namespace jarvis::agent
