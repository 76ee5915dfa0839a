#include "server/store/queue_samples.h"

#include "base/limits.h"

namespace jarvis::server::store {
namespace {

struct NamedSample {
  std::string queue;
  QueueSample sample;
};

Result<std::vector<NamedSample>> to_note(Transaction& tx, WallTime now, Unchanged unchanged) {
  TRY(const Rows rows, tx.run("queues_now"));
  const std::chrono::milliseconds pause =
      unchanged == Unchanged::now ? std::chrono::milliseconds(0) : limits::queue_sample_pause;
  std::vector<NamedSample> out;
  for (const Row& row : rows) {
    const std::int64_t length = row.integer(1), added = row.integer(2);
    const bool is_as_before = length == row.integer(3) && added == row.integer(4);
    if (is_as_before && (length == 0 || now.ms() < row.integer(5) + pause.count())) continue;
    out.push_back({row.text(0), {.time_ms = now.ms(), .length = length, .added_us = added}});
  }
  return out;
}

}  // namespace

Status sample_queues(Store& store, WallTime now, Unchanged unchanged) {
  TRY(const auto samples, store.read([&](Transaction& tx) { return to_note(tx, now, unchanged); }));
  if (samples.empty()) return {};
  return store.write([&](Transaction& tx) -> Status {
    for (const auto& [queue, sample] : samples)
      CHECK_OK(tx.run("queue_sample_put", {std::string_view(queue), sample.time_ms, sample.length, sample.added_us}));
    return {};
  });
}

Result<std::vector<QueueSample>> queue_samples(Transaction& tx, const QueueId& queue, std::int64_t from_ms,
                                               std::int64_t to_ms) {
  TRY(const Rows rows, tx.run("queue_samples_of", {std::string_view(queue.str()), from_ms, to_ms}));
  std::vector<QueueSample> out;
  out.reserve(rows.size());
  for (const Row& row : rows)
    out.push_back({.time_ms = row.integer(0), .length = row.integer(1), .added_us = row.integer(2)});
  return out;
}

Status note_wait(Transaction& tx, const QueueId& queue, const TaskId& task, WallTime started, WallTime added) {
  CHECK_OK(tx.run("queue_wait_put",
                  {std::string_view(queue.str()), started.us, std::string_view(task.str()), started.us - added.us}));
  return {};
}

Result<std::vector<QueueWait>> waits_of(Transaction& tx, const QueueId& queue, WallTime since, std::size_t count) {
  TRY(const Rows rows,
      tx.run("queue_waits_of", {std::string_view(queue.str()), since.us, static_cast<std::int64_t>(count)}));
  std::vector<QueueWait> out;
  out.reserve(rows.size());
  for (const Row& row : rows)
    out.push_back({.started = WallTime{row.integer(0)}, .wait_us = row.integer(1)});
  return out;
}

}  // namespace jarvis::server::store
