#include "server/events/event_store.h"

#include "base/assert.h"
#include "server/domain/task_document.h"
#include "server/domain/task_lease.h"
#include "server/domain/task_silence.h"
#include "server/events/curve_reader.h"
#include "server/events/last_metrics.h"
#include "server/events/log_row.h"
#include "server/store/documents.h"

namespace jarvis::server::events {
namespace {

// So many fresh packs of one task are merged into one when the next comes: reads stay short, writes stay small.
constexpr std::int64_t kFreshPacksMax = 64;
// A merged pack that has grown so large is left alone from then on. (By the sum of what it was made of.)
constexpr std::size_t kPackBytesMax = 1U << 20;

std::string_view view(const std::string& text) {
  return text;
}

struct DrawingStatements {
  const char *of_task, *places, *at;
};

DrawingStatements statements_of(DrawingKind kind) {
  switch (kind) {
    case DrawingKind::plot:
      return {"plots_of_task", "plot_places", "plot_at"};
    case DrawingKind::image:
      return {"images_of_task", "image_places", "image_at"};
    case DrawingKind::vector:
      return {"vectors_of_task", "vector_places", "vector_at"};
  }
  JV_ASSERT(false);
}

Drawing drawing_from(const store::Row& row) {
  return {.name = {row.text(0), row.text(1)},
          .iter = row.integer(2),
          .time_ms = row.integer(3),
          .worker = row.text(4),
          .content = row.text(5),
          .key = row.text(6)};
}

enum class PackState : std::uint8_t { fresh, sealed };

Status insert_pack(store::Transaction& tx, const std::string& task, std::int64_t seq, const SeriesMap& series,
                   PackState state) {
  const std::string blob = pack(series);
  const auto bytes = static_cast<std::int64_t>(blob.size());
  const std::int64_t is_sealed = state == PackState::sealed ? 1 : 0;
  CHECK_OK(tx.run("scalar_pack_insert", {view(task), seq, is_sealed, store::Blob{blob}}));
  if (blob.size() < kSummaryFromBytes) return {};
  return keep_summary(tx, TaskId(task), {.seq = seq, .pack_bytes = bytes, .summary = pack_summary(summary_of(series))});
}

/// Merges the task's fresh packs into sealed ones, and what is left into one that is still fresh. None grows much
/// larger than it must: who looks at a part of a long curve reads all of the pack that it is in.
Status seal(store::Transaction& tx, const std::string& task) {
  TRY(const store::Rows rows, tx.run("scalar_packs_fresh", {view(task)}));
  if (static_cast<std::int64_t>(rows.size()) < kFreshPacksMax) return {};
  const std::int64_t last = rows.back().integer(0);
  CHECK_OK(tx.run("scalar_summaries_remove_fresh", {view(task), last}));
  CHECK_OK(tx.run("scalar_packs_remove_fresh", {view(task), last}));
  SeriesMap merged;
  std::size_t bytes = 0;
  for (const store::Row& row : rows) {
    TRY(SeriesMap series, unpack(row.text(1)));
    merge_into(merged, std::move(series));
    bytes += row.text(1).size();
    if (bytes < kPackBytesMax) continue;
    CHECK_OK(insert_pack(tx, task, row.integer(0), std::exchange(merged, {}), PackState::sealed));
    bytes = 0;
  }
  if (merged.empty()) return {};
  return insert_pack(tx, task, last, merged, PackState::fresh);
}

/// Counted once they are on disk.
void count(store::Transaction& tx, const std::shared_ptr<EventFigures>& figures, const TaskBatch& batch) {
  std::uint64_t points = 0;
  for (const auto& [name, series] : batch.scalars)
    points += series.points.size();
  tx.on_commit([figures, points, logs = batch.logs.size(), plots = batch.plots.size(), images = batch.images.size(),
                vectors = batch.vectors.size()] {
    figures->scalar += points;
    figures->log += logs;
    figures->plot += plots;
    figures->image += images;
    figures->vector += vectors;
  });
}

store::Change change_by(const json::object& document, const TaskBatch& batch) {
  store::Change change{.kind = store::Change::Kind::events,
                       .id = get_string_or(document, "id", ""),
                       .company = get_string_or(document, "company", ""),
                       .project = get_string_or(document, "project", "")};
  change.task = batch.is_model ? get_string_or(document, "task", "") : change.id;
  if (!batch.logs.empty()) change.events.emplace_back("log");
  if (!batch.scalars.empty()) change.events.emplace_back("scalar");
  if (!batch.plots.empty()) change.events.emplace_back("plot");
  if (!batch.images.empty()) change.events.emplace_back("image");
  if (!batch.vectors.empty()) change.events.emplace_back("vector");
  return change;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view message) {
  while (message.ends_with('\n'))
    message.remove_suffix(1);
  std::vector<std::string_view> out;
  for (std::size_t from = 0; from <= message.size();) {
    const std::size_t end = std::min(message.find('\n', from), message.size());
    out.push_back(message.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

bool is_locked(const json::object& task) {
  const std::string status = get_string_or(task, "status", "");
  return status == "published" || status == "publishing";
}

ApiResult<AddOutcome> EventStore::add(store::Transaction& tx, const Call& call, const EventBatch& batch) const {
  AddOutcome outcome{.added = 0, .errors = batch.errors};
  for (const auto& [id, events] : batch.tasks) {
    if (events.event_count == 0) continue;
    const auto kind = events.is_model ? store::Kind::model : store::Kind::task;
    TRY(auto document, store::get(tx, kind, id));
    if (!document || get_string_or(*document, "company", "") != call.identity.company.str()) {
      outcome.errors[events.is_model ? "Invalid model id '" + id + "'" : "Invalid task id '" + id + "'"] +=
          events.event_count;
      continue;
    }
    if (!events.is_model) CHECK_OK(domain::check_lease(tx, call, *document));
    // Most models are made published; what is reported of them comes later.
    if (!events.is_model && !events.is_locked_allowed && is_locked(*document)) {
      outcome.errors["Task '" + id + "' is published: 'allow_locked' adds to it"] += events.event_count;
      continue;
    }
    CHECK_OK(add_for_task(tx, id, events));
    update_last_metrics(*document, events);
    domain::note_heard(*document, clock_.wall());
    CHECK_OK(store::put(tx, kind, *document));
    tx.note(change_by(*document, events));
    count(tx, figures_, events);
    outcome.added += events.event_count;
  }
  return outcome;
}

ApiResult<void> EventStore::add_for_task(store::Transaction& tx, const std::string& task,
                                         const TaskBatch& batch) const {
  CHECK_OK(add_scalars(tx, task, batch));
  CHECK_OK(add_logs(tx, task, batch));
  for (const Drawing& plot : batch.plots) {
    CHECK_OK(tx.run("plot_put", {view(task), view(plot.name.metric), view(plot.name.variant), plot.iter, plot.time_ms,
                                 view(plot.worker), view(plot.content)}));
  }
  for (const Drawing& vector : batch.vectors) {
    CHECK_OK(tx.run("vector_put", {view(task), view(vector.name.metric), view(vector.name.variant), vector.iter,
                                   vector.time_ms, view(vector.worker), view(vector.content)}));
  }
  for (const Drawing& image : batch.images) {
    CHECK_OK(tx.run("image_forget_url",
                    {view(task), view(image.name.metric), view(image.name.variant), view(image.content), image.iter}));
    CHECK_OK(tx.run("image_put", {view(task), view(image.name.metric), view(image.name.variant), image.iter,
                                  image.time_ms, view(image.worker), view(image.content), view(image.key)}));
  }
  return {};
}

ApiResult<void> EventStore::add_scalars(store::Transaction& tx, const std::string& task, const TaskBatch& batch) const {
  if (batch.scalars.empty()) return {};
  SeriesMap series;
  for (const auto& [name, fresh] : batch.scalars)
    merge_into(series, {{name, fresh.points}});
  TRY(const store::Rows next, tx.run("scalar_pack_next", {view(task)}));
  const std::int64_t sequence = next.front().integer(0);
  CHECK_OK(insert_pack(tx, task, sequence, series, PackState::fresh));
  if (sequence % kFreshPacksMax == 0) CHECK_OK(seal(tx, task));
  return {};
}

ApiResult<void> EventStore::add_logs(store::Transaction& tx, const std::string& task, const TaskBatch& batch) const {
  std::map<std::string, std::int64_t> last_of_stream;
  std::vector<const LogLine*> fresh;
  std::int64_t lines = 0;
  for (const LogLine& line : batch.logs) {
    if (!line.stream.empty()) {
      auto known = last_of_stream.find(line.stream);
      if (known == last_of_stream.end()) {
        TRY(const store::Rows rows, tx.run("log_stream_last", {view(task), view(line.stream)}));
        known = last_of_stream.emplace(line.stream, rows.empty() ? 0 : rows.front().integer(0)).first;
      }
      // Sent again because our answer was lost: it is here already.
      if (line.seq <= known->second) continue;
      known->second = line.seq;
    }
    fresh.push_back(&line);
    lines += static_cast<std::int64_t>(lines_of(line.message).size());
  }
  if (fresh.empty()) return {};
  TRY(const store::Rows begin, tx.run("log_grow", {view(task), lines, static_cast<std::int64_t>(fresh.size())}));
  std::int64_t number = begin.front().integer(0);
  for (const LogLine* line : fresh) {
    CHECK_OK(tx.run("log_insert",
                    {view(task), line->time_ms, view(line->level), view(line->message), view(line->worker), number}));
    number += static_cast<std::int64_t>(lines_of(line->message).size());
  }
  for (const auto& [stream, last] : last_of_stream)
    CHECK_OK(tx.run("log_stream_set", {view(task), view(stream), last}));
  return {};
}

Result<SeriesMap> EventStore::scalars(store::Transaction& tx, const TaskId& task, const SeriesFilter& is_wanted) const {
  TRY(const store::Rows rows, tx.run("scalar_packs", {view(task.str())}));
  SeriesMap out;
  for (const store::Row& row : rows) {
    TRY(SeriesMap series, unpack(row.text(0), is_wanted));
    merge_into(out, std::move(series));
  }
  return out;
}

Result<std::vector<StoredLog>> EventStore::logs_from_line(store::Transaction& tx, const TaskId& task, std::int64_t line,
                                                          std::size_t count) const {
  TRY(store::Rows rows, tx.run("logs_from_line", {view(task.str()), line, static_cast<std::int64_t>(count)}));
  return logs_from(std::move(rows));
}

Result<std::vector<StoredLog>> EventStore::logs_of_lines(store::Transaction& tx, const TaskId& task, std::int64_t from,
                                                         std::int64_t to) const {
  TRY(store::Rows rows, tx.run("logs_of_lines", {view(task.str()), from, to}));
  return logs_from(std::move(rows));
}

Result<std::vector<StoredLog>> EventStore::logs_from_time(store::Transaction& tx, const TaskId& task, LogOrder order,
                                                          std::int64_t time_ms, std::size_t count) const {
  const char* statement = order == LogOrder::oldest_first ? "logs_after_time" : "logs_before_time";
  TRY(store::Rows rows, tx.run(statement, {view(task.str()), time_ms, static_cast<std::int64_t>(count)}));
  return logs_from(std::move(rows));
}

Result<LogSize> EventStore::log_size(store::Transaction& tx, const TaskId& task) const {
  TRY(const store::Rows rows, tx.run("log_size", {view(task.str())}));
  if (rows.empty()) return LogSize();
  const store::Row& row = rows.front();
  return LogSize{.first_line = row.integer(2), .end_line = row.integer(0), .events = row.integer(1)};
}

Result<std::vector<Drawing>> EventStore::drawings(store::Transaction& tx, DrawingKind kind, const TaskId& task,
                                                  std::size_t iterations) const {
  const std::int64_t limit = iterations == 0 ? INT64_MAX : static_cast<std::int64_t>(iterations);
  TRY(const store::Rows rows, tx.run(statements_of(kind).of_task, {view(task.str()), limit}));
  std::vector<Drawing> out;
  for (const store::Row& row : rows)
    out.push_back(drawing_from(row));
  return out;
}

Result<std::vector<DrawingPlace>> EventStore::drawing_places(store::Transaction& tx, DrawingKind kind,
                                                             const TaskId& task) const {
  TRY(const store::Rows rows, tx.run(statements_of(kind).places, {view(task.str())}));
  std::vector<DrawingPlace> out;
  for (const store::Row& row : rows)
    out.push_back({.iter = row.integer(2), .name = {row.text(0), row.text(1)}});
  return out;
}

Result<std::optional<Drawing>> EventStore::drawing_at(store::Transaction& tx, DrawingKind kind, const TaskId& task,
                                                      const DrawingPlace& place) const {
  TRY(const store::Rows rows, tx.run(statements_of(kind).at, {view(task.str()), view(place.name.metric),
                                                              view(place.name.variant), place.iter}));
  if (rows.empty()) return std::optional<Drawing>();
  return std::optional(drawing_from(rows.front()));
}

Status EventStore::delete_task_events(store::Transaction& tx, const TaskId& task) const {
  for (const char* statement : {"scalar_packs_delete", "scalar_summaries_delete", "logs_delete", "log_lines_delete",
                                "log_streams_delete", "plots_delete", "images_delete", "vectors_delete"}) {
    CHECK_OK(tx.run(statement, {view(task.str())}));
  }
  return {};
}

Result<std::int64_t> EventStore::delete_log(store::Transaction& tx, const TaskId& task,
                                            std::optional<std::int64_t> before_ms) const {
  CHECK_OK(tx.run("logs_delete_before", {view(task.str()), before_ms.value_or(INT64_MAX)}));
  const std::int64_t deleted = tx.changed();
  CHECK_OK(tx.run("log_shrink", {view(task.str()), deleted}));
  CHECK_OK(tx.run("storage_stale", {view(task.str())}));  // its size is measured again, though the task does not change
  return deleted;
}

std::unique_ptr<EventStore> make_event_store(store::Store&, const Clock& clock) {
  return std::make_unique<EventStore>(clock);
}

}  // namespace jarvis::server::events
