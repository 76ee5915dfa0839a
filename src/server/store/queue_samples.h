// How long queues were over time, and how long tasks waited in them. Runs inside the caller's transaction unless it
// says otherwise.
#pragma once

#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "server/store/store.h"

namespace jarvis::server::store {

struct QueueSample {
  std::int64_t time_ms = 0, length = 0;
  std::int64_t added_us = 0;  // when its tasks came, on average

  /// How long they had waited by then, in seconds.
  double wait_seconds() const { return length == 0 ? 0 : static_cast<double>(time_ms * 1000 - added_us) / 1e6; }
};

/// Which queues in which tasks wait as they did at the last look are noted again.
enum class Unchanged : std::uint8_t { once_a_minute, now };
/// Notes each queue that is not as it was noted last, and the others as `unchanged` says. Looks in a read of its own: a
/// write that had seen every entry would meet every other one.
Status sample_queues(Store& store, WallTime now, Unchanged unchanged);
/// By time, from `from_ms` to before `to_ms`.
Result<std::vector<QueueSample>> queue_samples(Transaction& tx, const QueueId& queue, std::int64_t from_ms,
                                               std::int64_t to_ms);

/// The task was started out of this queue, after this time in it.
Status note_wait(Transaction& tx, const QueueId& queue, const TaskId& task, WallTime started, WallTime added);
struct QueueWait {
  WallTime started;
  std::int64_t wait_us = 0;
};
/// The newest first, no older than `since`.
Result<std::vector<QueueWait>> waits_of(Transaction& tx, const QueueId& queue, WallTime since, std::size_t count);

}  // namespace jarvis::server::store
