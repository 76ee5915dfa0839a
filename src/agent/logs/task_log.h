// A job's log: lines come in (from the user's process and from our own stages), go through the redactor into the spool,
// and a thread ships them.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "agent/logs/lines.h"
#include "agent/logs/redact.h"
#include "agent/logs/spool.h"

namespace jarvis::agent {

/// Thread-safe. Destroyed: what is not shipped stays in the spool.
class TaskLog {
 public:
  /// Sends records to the server. Errors: retryable ones are tried again, and so is unauthorized (the settings may come
  /// to hold other keys), which is said once in the agent's log; conflict ends the shipping; anything else drops the
  /// batch after a line in the agent's log (the server will never take it).
  using Send = std::function<Status(const std::vector<LogRecord>&)>;

  TaskLog(std::unique_ptr<Spool> spool, Redactor redactor, const Clock& clock);
  ~TaskLog();

  // Before the first line.
  /// Each line also goes here; one that cannot be written there is only in the log.
  void copy_to(proc::UniqueFd file) { copies_.push_back(std::move(file)); }
  /// Each state of a progress bar (`\r`) becomes a line; else the last one of each moment does.
  void keep_progress() { cutter_.keep_carriage_returns(); }

  void start_shipping(Send send);

  /// One line of our own, e.g. "[jarvis] checkout 0.16 s".
  void line(std::string_view text);
  /// Bytes of a process, cut into lines here.
  void bytes(std::string_view data);
  /// Ends an unfinished line.
  void flush_line();

  /// The text as the log would show it: for what else is told of the job.
  std::string redacted(std::string text) const { return redactor_.redact(std::move(text)); }

  /// False while what waits for the server fills its room on the disk, or the disk is full: who prints has to wait.
  bool has_room(std::int64_t spool_bytes_max);

  /// Waits until all is acknowledged, the shipping ended, or `deadline` is over. True when all is acknowledged.
  bool drain(std::chrono::milliseconds deadline);
  /// The server told us that this run is not the one that counts any more.
  bool was_replaced() const { return was_replaced_; }

 private:
  void put(std::string lines);
  bool write_record(std::string_view record);
  void write_unwritten();
  void show_open_line();
  void ship(const std::stop_token& stop);
  bool ship_once(const std::stop_token& stop);

  const std::unique_ptr<Spool> spool_;
  const Redactor redactor_;
  const Clock& clock_;
  std::vector<proc::UniqueFd> copies_;
  Send send_;
  std::mutex mutex_;
  LineCutter cutter_;                  // guarded by mutex_
  SteadyTime open_since_{};            // guarded by mutex_: when the unfinished line began
  std::deque<std::string> unwritten_;  // guarded by mutex_: what a full disk did not take
  bool has_new_ = false;               // guarded by mutex_
  bool is_draining_ = false;           // guarded by mutex_: nothing is gathered any more
  bool has_ended_ = false;             // guarded by mutex_: nothing will be shipped any more
  std::condition_variable_any changed_;
  std::atomic<bool> was_replaced_{false};
  std::jthread shipper_;  // last: uses all of the above
};

}  // namespace jarvis::agent
