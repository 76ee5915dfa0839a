// Which task waits where. A waiting task has exactly one row: an entry of a queue, or a lease. Positions are numbers
// with gaps, so that an entry can go back to the place it had.
#pragma once

#include "base/clock.h"
#include "base/ids.h"
#include "server/store/store.h"

namespace jarvis::server::store {

struct QueueEntry {
  TaskId task;
  QueueId queue;
  WallTime added;
  double position = 0;
};

struct Lease {
  TaskId task;
  QueueId queue;    // where it came from
  WorkerId worker;  // may be empty for a stock agent that did not say
  std::int64_t epoch = 0;
  WallTime added;  // of the entry it was
  double position = 0;
  WallTime deadline;
};

/// In order. Errors of all: the store's.
Result<std::vector<QueueEntry>> entries(Transaction& tx, const QueueId& queue);
Result<std::vector<QueueEntry>> first_entries(Transaction& tx, const QueueId& queue, std::size_t count);
Result<std::optional<QueueEntry>> first_entry(Transaction& tx, const QueueId& queue);
/// How many entries of its queue stand before it.
Result<std::int64_t> entries_before(Transaction& tx, const QueueEntry& entry);
Result<std::int64_t> entry_count(Transaction& tx, const QueueId& queue);
Result<std::optional<QueueEntry>> entry_of(Transaction& tx, const TaskId& task);
/// conflict when the task has an entry already; a lease of it is dropped.
Status push_back(Transaction& tx, const QueueId& queue, const TaskId& task, WallTime added);
Status push_front(Transaction& tx, const QueueId& queue, const TaskId& task, WallTime added);
/// Moves within its queue to `index` (0 is the front; beyond the end is the end). not_found without an entry.
Status move_to(Transaction& tx, const TaskId& task, std::size_t index);
/// The removed entry, if there was one.
Result<std::optional<QueueEntry>> remove(Transaction& tx, const TaskId& task);

/// Takes the first entry of the first of `queues` that has one, and makes it a lease with the task's next epoch.
Result<std::optional<Lease>> claim_next(Transaction& tx, const std::vector<QueueId>& queues, const WorkerId& worker,
                                        WallTime deadline);
Result<std::optional<Lease>> lease_of(Transaction& tx, const TaskId& task);
/// Ends the lease because the task started (or was given another state): it is in no queue now.
Status end_lease(Transaction& tx, const TaskId& task);
/// Puts one lease back at its old place.
Status return_lease(Transaction& tx, const Lease& lease);
/// Puts every lease with deadline <= now back at its old place; returns them.
Result<std::vector<Lease>> return_expired(Transaction& tx, WallTime now);
/// Gives every lease until at least `deadline` (after a restart of the server).
Status extend_leases(Transaction& tx, WallTime deadline);
/// The epoch last handed out for the task, 0 if none ever was. Survives the lease.
Result<std::int64_t> epoch_of(Transaction& tx, const TaskId& task);

}  // namespace jarvis::server::store
