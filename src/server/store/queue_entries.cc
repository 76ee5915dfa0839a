#include "server/store/queue_entries.h"

#include <algorithm>

namespace jarvis::server::store {
namespace {

QueueEntry entry_from(const Row& row) {
  return {.task = TaskId(row.text(0)),
          .queue = QueueId(row.text(1)),
          .added = WallTime{row.integer(2)},
          .position = row.real(3)};
}

std::vector<QueueEntry> entries_from(const Rows& rows) {
  std::vector<QueueEntry> out;
  out.reserve(rows.size());
  for (const Row& row : rows)
    out.push_back(entry_from(row));
  return out;
}

Lease lease_from(const Row& row) {
  return {.task = TaskId(row.text(0)),
          .queue = QueueId(row.text(1)),
          .worker = WorkerId(row.text(2)),
          .epoch = row.integer(3),
          .added = WallTime{row.integer(4)},
          .position = row.real(5),
          .deadline = WallTime{row.integer(6)}};
}

Param text(const auto& id) {
  return std::string_view(id.str());
}

void note_change(Transaction& tx, const QueueId& queue) {
  tx.note({.kind = Change::Kind::queue, .id = queue.str()});
}

Status insert(Transaction& tx, const QueueEntry& entry) {
  // A task waits in one place: an entry ends its lease.
  CHECK_OK(tx.run("lease_remove", {text(entry.task)}));
  CHECK_OK(tx.run("entry_insert", {text(entry.task), text(entry.queue), entry.added.us, entry.position}));
  note_change(tx, entry.queue);
  return {};
}

struct Bounds {
  double first = 0, last = 0;
};
Result<Bounds> bounds_of(Transaction& tx, const QueueId& queue) {
  TRY(const Rows rows, tx.run("entry_bounds", {text(queue)}));
  return Bounds{rows.front().real(0), rows.front().real(1)};
}

}  // namespace

Result<std::vector<QueueEntry>> entries(Transaction& tx, const QueueId& queue) {
  TRY(const Rows rows, tx.run("entries_of_queue", {text(queue)}));
  return entries_from(rows);
}

Result<std::vector<QueueEntry>> first_entries(Transaction& tx, const QueueId& queue, std::size_t count) {
  TRY(const Rows rows, tx.run("entries_first", {text(queue), static_cast<std::int64_t>(count)}));
  return entries_from(rows);
}

Result<std::optional<QueueEntry>> first_entry(Transaction& tx, const QueueId& queue) {
  TRY(const auto first, first_entries(tx, queue, 1));
  return first.empty() ? std::nullopt : std::optional(first.front());
}

Result<std::int64_t> entries_before(Transaction& tx, const QueueEntry& entry) {
  TRY(const Rows rows, tx.run("entries_before", {text(entry.queue), entry.position, text(entry.task)}));
  return rows.front().integer(0);
}

Result<std::int64_t> entry_count(Transaction& tx, const QueueId& queue) {
  TRY(const Rows rows, tx.run("entry_count", {text(queue)}));
  return rows.front().integer(0);
}

Result<std::optional<QueueEntry>> entry_of(Transaction& tx, const TaskId& task) {
  TRY(const Rows rows, tx.run("entry_of_task", {text(task)}));
  if (rows.empty()) return std::optional<QueueEntry>();
  return std::optional(entry_from(rows.front()));
}

Status push_back(Transaction& tx, const QueueId& queue, const TaskId& task, WallTime added) {
  TRY(const Bounds bounds, bounds_of(tx, queue));
  return insert(tx, {.task = task, .queue = queue, .added = added, .position = bounds.last + 1});
}

Status push_front(Transaction& tx, const QueueId& queue, const TaskId& task, WallTime added) {
  TRY(const Bounds bounds, bounds_of(tx, queue));
  return insert(tx, {.task = task, .queue = queue, .added = added, .position = bounds.first - 1});
}

Status move_to(Transaction& tx, const TaskId& task, std::size_t index) {
  TRY(const auto entry, entry_of(tx, task));
  if (!entry) return not_found("task " + task.str() + " is in no queue");
  TRY(std::vector<QueueEntry> others, entries(tx, entry->queue));
  std::erase_if(others, [&](const QueueEntry& other) { return other.task == task; });
  if (others.empty()) return {};
  index = std::min(index, others.size());
  note_change(tx, entry->queue);
  double position = 0;
  if (index == 0 || index == others.size()) {
    TRY(const Bounds bounds, bounds_of(tx, entry->queue));
    position = index == 0 ? bounds.first - 1 : bounds.last + 1;
  } else {
    position = (others[index - 1].position + others[index].position) / 2;
    // Halved some fifty times at one spot, two neighbours meet: number the whole queue anew.
    if (!(others[index - 1].position < position && position < others[index].position)) {
      others.insert(others.begin() + static_cast<std::ptrdiff_t>(index), *entry);
      for (std::size_t i = 0; i < others.size(); ++i) {
        CHECK_OK(tx.run("entry_move", {text(others[i].task), static_cast<double>(i)}));
      }
      return {};
    }
  }
  CHECK_OK(tx.run("entry_move", {text(task), position}));
  return {};
}

Result<std::optional<QueueEntry>> remove(Transaction& tx, const TaskId& task) {
  TRY(const Rows rows, tx.run("entry_remove", {text(task)}));
  if (rows.empty()) return std::optional<QueueEntry>();
  QueueEntry entry = entry_from(rows.front());
  note_change(tx, entry.queue);
  return std::optional(std::move(entry));
}

Result<std::optional<Lease>> claim_next(Transaction& tx, const std::vector<QueueId>& queues, const WorkerId& worker,
                                        WallTime deadline) {
  for (const QueueId& queue : queues) {
    TRY(const Rows taken, tx.run("claim_first", {text(queue)}));
    if (taken.empty()) continue;
    const QueueEntry entry = entry_from(taken.front());
    TRY(const Rows epoch, tx.run("epoch_next", {text(entry.task)}));
    const Lease lease{.task = entry.task,
                      .queue = entry.queue,
                      .worker = worker,
                      .epoch = epoch.front().integer(0),
                      .added = entry.added,
                      .position = entry.position,
                      .deadline = deadline};
    CHECK_OK(tx.run("lease_insert", {text(lease.task), text(lease.queue), text(lease.worker), lease.epoch,
                                     lease.added.us, lease.position, lease.deadline.us}));
    note_change(tx, lease.queue);
    return std::optional(lease);
  }
  return std::optional<Lease>();
}

Result<std::optional<Lease>> lease_of(Transaction& tx, const TaskId& task) {
  TRY(const Rows rows, tx.run("lease_of_task", {text(task)}));
  if (rows.empty()) return std::optional<Lease>();
  return std::optional(lease_from(rows.front()));
}

Status end_lease(Transaction& tx, const TaskId& task) {
  CHECK_OK(tx.run("lease_remove", {text(task)}));
  return {};
}

Status return_lease(Transaction& tx, const Lease& lease) {
  return insert(tx, {.task = lease.task, .queue = lease.queue, .added = lease.added, .position = lease.position});
}

Result<std::vector<Lease>> return_expired(Transaction& tx, WallTime now) {
  TRY(const Rows rows, tx.run("leases_take_expired", {now.us}));
  std::vector<Lease> out;
  out.reserve(rows.size());
  for (const Row& row : rows) {
    out.push_back(lease_from(row));
    CHECK_OK(return_lease(tx, out.back()));
  }
  return out;
}

Status extend_leases(Transaction& tx, WallTime deadline) {
  CHECK_OK(tx.run("leases_extend", {deadline.us}));
  return {};
}

Result<std::int64_t> epoch_of(Transaction& tx, const TaskId& task) {
  TRY(const Rows rows, tx.run("epoch_of", {text(task)}));
  return rows.empty() ? 0 : rows.front().integer(0);
}

}  // namespace jarvis::server::store
