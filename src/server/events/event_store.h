// What tasks report while they run: curves, logs, plots, debug images. Each call runs inside the caller's transaction;
// the object itself holds nothing but counters: thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "server/call.h"
#include "server/events/event_batch.h"
#include "server/events/scalar_pack.h"
#include "server/store/store.h"

namespace jarvis::server::events {

struct AddOutcome {
  std::int64_t added = 0;
  std::map<std::string, std::int64_t> errors;
};

struct StoredLog {
  std::int64_t id = 0, time_ms = 0;
  std::string level, message, worker;
  std::int64_t first_line = 0;  // of its task's log: a message may be of several lines
};

/// How much of a log there is. Lines are numbered from 0 as they came; those before `first_line` were deleted.
struct LogSize {
  std::int64_t first_line = 0, end_line = 0, events = 0;
};

/// The lines of a message: line breaks at its end make no lines of their own.
std::vector<std::string_view> lines_of(std::string_view message);

/// A published task is a record of what happened: nothing is added to it or deleted from it by accident.
bool is_locked(const json::object& task);

enum class DrawingKind : std::uint8_t { plot, image, vector };

/// Where a drawing is, without its content.
struct DrawingPlace {
  std::int64_t iter = 0;
  SeriesName name;
  auto operator<=>(const DrawingPlace&) const = default;
};

/// How much was taken in since the start.
struct EventFigures {
  std::atomic<std::uint64_t> log{0}, scalar{0}, plot{0}, image{0}, vector{0};
};

enum class LogOrder : std::uint8_t { oldest_first, newest_first };

class EventStore {
 public:
  explicit EventStore(const Clock& clock) : clock_(clock) {}

  /// Stores what it can; what it cannot is counted in `errors`. Errors: api::stale_lease for an old run, the store's.
  ApiResult<AddOutcome> add(store::Transaction& tx, const Call& call, const EventBatch& batch) const;

  /// The wanted curves of a task, single values included, points by rising iteration. The fewer, the cheaper.
  Result<SeriesMap> scalars(store::Transaction& tx, const TaskId& task, const SeriesFilter& is_wanted = {}) const;
  /// The events that begin at `line` or later, in the order in which they came.
  Result<std::vector<StoredLog>> logs_from_line(store::Transaction& tx, const TaskId& task, std::int64_t line,
                                                std::size_t count) const;
  /// The events that hold the lines [from, to).
  Result<std::vector<StoredLog>> logs_of_lines(store::Transaction& tx, const TaskId& task, std::int64_t from,
                                               std::int64_t to) const;
  Result<std::vector<StoredLog>> logs_from_time(store::Transaction& tx, const TaskId& task, LogOrder order,
                                                std::int64_t time_ms, std::size_t count) const;
  Result<LogSize> log_size(store::Transaction& tx, const TaskId& task) const;
  /// Newest iterations first; at most `iterations` of each metric and variant (0: all).
  Result<std::vector<Drawing>> drawings(store::Transaction& tx, DrawingKind kind, const TaskId& task,
                                        std::size_t iterations) const;

  /// All of a kind, by rising iteration, then by metric and variant.
  Result<std::vector<DrawingPlace>> drawing_places(store::Transaction& tx, DrawingKind kind, const TaskId& task) const;
  Result<std::optional<Drawing>> drawing_at(store::Transaction& tx, DrawingKind kind, const TaskId& task,
                                            const DrawingPlace& place) const;

  Status delete_task_events(store::Transaction& tx, const TaskId& task) const;
  Result<std::int64_t> delete_log(store::Transaction& tx, const TaskId& task,
                                  std::optional<std::int64_t> before_ms) const;

  const EventFigures& figures() const { return *figures_; }

 private:
  ApiResult<void> add_for_task(store::Transaction& tx, const std::string& task, const TaskBatch& batch) const;
  ApiResult<void> add_scalars(store::Transaction& tx, const std::string& task, const TaskBatch& batch) const;
  ApiResult<void> add_logs(store::Transaction& tx, const std::string& task, const TaskBatch& batch) const;

  const Clock& clock_;
  const std::shared_ptr<EventFigures> figures_ = std::make_shared<EventFigures>();  // commits outlive a call
};

std::unique_ptr<EventStore> make_event_store(store::Store& store, const Clock& clock);

}  // namespace jarvis::server::events
