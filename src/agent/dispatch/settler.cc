#include "agent/dispatch/settler.h"

#include <signal.h>

#include "agent/dispatch/claim.h"
#include "agent/job/job.h"
#include "agent/job/log_sender.h"
#include "base/log.h"
#include "base/pause.h"
#include "proc/child.h"
#include "proc/control_group.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

using std::chrono::milliseconds;

constexpr auto kPauseFirst = milliseconds(500);
constexpr auto kPauseMax = milliseconds(15'000);
constexpr int kClearTries = 5;

}  // namespace

void end_script(const JobRecord& record) {
  // Where there is one, it goes with all that is in it.
  (void)proc::ControlGroup::find(proc::ControlGroup::name_for(record.job.pid, record.job.start_time));
  if (!record.script.is_alive()) return;
  log::warning("the script outlived its job; killed", {{"task", record.task}, {"pid", record.script.pid}});
  const auto tree = proc::descendants(record.script.pid);
  ::kill(-record.script.pid, SIGKILL);
  for (const pid_t pid : tree)
    ::kill(pid, SIGKILL);
}

Settler::Settler(const AgentSettings& settings, std::string worker, std::function<bool()> clear_away,
                 const Clock& clock)
    : settings_(settings), worker_(std::move(worker)), clear_away_(std::move(clear_away)), clock_(clock) {
  thread_ = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

Settler::~Settler() {
  thread_.request_stop();
}

void Settler::settle(JobRecord record, Journal journal) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back({std::move(record), std::move(journal)});
  changed_.notify_all();
}

void Settler::finish(milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [&] { return waiting_.empty(); });
}

void Settler::loop(const std::stop_token& stop) {
  milliseconds pause = kPauseFirst;
  while (true) {
    Ended* first = nullptr;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [&] { return !waiting_.empty(); })) return;
      first = &waiting_.front();  // stays where it is: a deque grows at its end
    }
    if (!settle_one(*first)) {
      if (!pause_for(pause, stop)) return;
      pause = std::min(pause * 2, kPauseMax);
      continue;
    }
    pause = kPauseFirst;
    const std::lock_guard lock(mutex_);
    waiting_.pop_front();
    changed_.notify_all();
  }
}

/// False when the server is away or refuses the keys, or what the run left behind is still there.
bool Settler::settle_one(Ended& ended) {
  if (ended.is_told) return clear_away(ended);
  const auto record = ended.journal.get(ended.record);
  if (!record) return true;  // another daemon has settled it
  if (!record->outcome.empty()) {
    ended.is_cleared = true;  // it did that itself
    log::info("a job ended", {{"task", record->task}, {"outcome", record->outcome}});
  } else {
    // At once: the server may be away for long.
    if (record->job.pid == 0 || !clear_away_) ended.is_cleared = true;
    clear_away(ended);
    const Status told = tell_lost(*record);
    log::warning(record->job.pid == 0 ? "a task was not begun" : "a job ended without a word",
                 {{"task", record->task}, {"server", told ? "told" : told.error().message()}});
    if (!told && is_worth_waiting(told.error())) return false;
    if (const Status status = proc::remove_tree(record->directory); !status) log::warning(status.error().message());
  }
  if (const Status status = ended.journal.remove(*record); !status) log::warning(status.error().message());
  ended.is_told = true;
  return ended.is_cleared;
}

/// True also when it is given up: the next job that begins here tries it once more.
bool Settler::clear_away(Ended& ended) const {
  if (!ended.is_cleared) ended.is_cleared = ++ended.clear_tries > kClearTries || clear_away_();
  return ended.is_cleared;
}

/// A run that was killed. Before it had begun: the task goes back to its place. Later: its last lines and its end are
/// told. Where another run has the task by now, the server refuses both.
Status Settler::tell_lost(const JobRecord& record) {
  SessionOptions options = session_options(settings_, record.worker);
  if (record.epoch > 0) options.lease = JobLease{record.task, record.epoch};
  Session session(std::move(options), clock_);
  if (record.worker != worker_) {
    const auto left = session.call("workers.unregister", {{"worker", record.worker}});
    if (!left && is_worth_waiting(left.error())) return left.error();
  }
  TRY(const json::object found, session.call("tasks.get_by_id", {{"task", record.task}}));
  const json::object* task = get_object(found, "task");
  const std::string status = task == nullptr ? "" : get_string_or(*task, "status", "");
  if (status == "queued") {
    const Claimer claimer([&](std::string_view action, const json::object& body,
                              const CallOptions& call) { return session.call(action, body, call); },
                          record.worker, {});
    return claimer.give_back({.task = record.task, .queue = record.queue, .epoch = record.epoch});
  }
  if (const Status sent = send_leftovers(session, record); !sent && is_worth_waiting(sent.error())) return sent;
  if (status != "in_progress") return {};
  // Without leases only its name tells whose the run is.
  if (record.epoch == 0 && get_string_or(*task, "last_worker", record.worker) != record.worker) return {};
  const bool was_stopped = get_string_or(*task, "status_message", "") == "stopping";
  const Outcome outcome = was_stopped ? Outcome::aborted_by_user() : Outcome::lost_worker();
  TRY(const json::object ignored,
      session.call(*outcome.action(),
                   {{"task", record.task}, {"status_reason", outcome.reason}, {"status_message", outcome.message}}));
  return {};
}

}  // namespace jarvis::agent
