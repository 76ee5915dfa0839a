#include "server/events/curve_reader.h"

#include <algorithm>

namespace jarvis::server::events {
namespace {

// A pixel of fewer buckets would show what belongs to its neighbours.
constexpr std::int64_t kBucketsOfPixelMin = 4;

/// What one pack has of one series.
struct Part {
  std::int64_t seq = 0;
  SeriesSummary summary;
  std::optional<std::vector<Point>> points;  // of a pack without a summary: it was read for want of one
};
using Parts = std::map<SeriesName, std::vector<Part>>;

Result<store::Rows> known_packs(store::Transaction& tx, const TaskId& task) {
  return tx.run("scalar_packs_known", {std::string_view(task.str())});
}

/// By series, in the order of the packs.
Result<Parts> parts_of(store::Transaction& tx, const TaskId& task, const SeriesFilter& is_wanted) {
  TRY(const store::Rows rows, known_packs(tx, task));
  Parts out;
  for (const store::Row& row : rows) {
    if (!row.is_null(1)) {
      TRY(Summary summary, unpack_summary(row.text(1), is_wanted));
      for (auto& [name, series] : summary)
        out[name].push_back({.seq = row.integer(0), .summary = std::move(series), .points = std::nullopt});
      continue;
    }
    TRY(SeriesMap pack, unpack(row.text(2), is_wanted));
    for (auto& [name, points] : pack)
      out[name].push_back({.seq = row.integer(0), .summary = summary_of(points), .points = std::move(points)});
  }
  return out;
}

/// Each part goes on where the one before it ended: none lays newer points over older ones.
bool are_in_order(const std::vector<Part>& parts, const CurveView& view) {
  const Point* before = nullptr;
  for (const Part& part : parts) {
    if (view.is_by_time && !part.summary.is_in_time_order) return false;
    if (!part.summary.first) continue;
    if (before != nullptr && part.summary.first->iter <= before->iter) return false;
    if (before != nullptr && view.is_by_time && part.summary.first->time_ms < before->time_ms) return false;
    before = &*part.summary.last;
  }
  return true;
}

bool is_seen(const CurveView& view, double first, double last) {
  return last >= view.from && first <= view.to;
}

std::int64_t points_seen(const std::vector<Part>& parts, const CurveView& view) {
  std::int64_t count = 0;
  for (const Part& part : parts) {
    for (const Bucket& bucket : part.summary.buckets)
      if (is_seen(view, view.x_first(bucket), view.x_last(bucket))) count += bucket.count;
  }
  return count;
}

std::vector<Bucket> buckets_of(const std::vector<Part>& parts) {
  std::vector<Bucket> out;
  for (const Part& part : parts)
    out.insert(out.end(), part.summary.buckets.begin(), part.summary.buckets.end());
  return out;
}

bool is_part_seen(const Part& part, const CurveView& view) {
  return part.summary.first && is_seen(view, view.x(*part.summary.first), view.x(*part.summary.last));
}

/// Of a part that is not seen, what is next to the view can only be its first or its last point.
std::vector<Point> ends_of(const SeriesSummary& summary) {
  if (!summary.first) return {};
  if (summary.points == 1) return {*summary.first};
  return {*summary.first, *summary.last};
}

using PackSeries = std::map<std::int64_t, std::set<SeriesName>>;

/// The points of parts whose packs were left unread.
Result<std::map<std::int64_t, SeriesMap>> read_packs(store::Transaction& tx, const TaskId& task,
                                                     const PackSeries& wanted) {
  std::map<std::int64_t, SeriesMap> out;
  for (const auto& [seq, names] : wanted) {
    TRY(const store::Rows rows, tx.run("scalar_pack_at", {std::string_view(task.str()), seq}));
    if (rows.empty()) continue;
    TRY(out[seq], unpack(rows.front().text(0), [&](const SeriesName& name) { return names.contains(name); }));
  }
  return out;
}

}  // namespace

Result<std::map<SeriesName, Curve>> read_curves(store::Transaction& tx, const TaskId& task, const CurveView& view,
                                                const SeriesFilter& is_wanted) {
  TRY(Parts parts, parts_of(tx, task, is_wanted));
  std::map<SeriesName, Curve> out;
  PackSeries unread;
  std::set<SeriesName> in_full;
  const auto many = static_cast<std::int64_t>(kBucketPoints * view.samples) * kBucketsOfPixelMin;
  for (const auto& [name, own] : parts) {
    const bool is_in_order = are_in_order(own, view);
    if (is_in_order && points_seen(own, view) >= many) {
      out[name].buckets = buckets_of(own);
      continue;
    }
    in_full.insert(name);
    for (const Part& part : own)
      if (!part.points && (!is_in_order || is_part_seen(part, view))) unread[part.seq].insert(name);
  }
  TRY(auto packs, read_packs(tx, task, unread));
  for (const SeriesName& name : in_full) {
    SeriesMap merged;
    for (Part& part : parts.at(name)) {
      const auto pack = packs.find(part.seq);
      const bool is_read = pack != packs.end() && pack->second.contains(name);
      std::vector<Point> points = part.points ? std::move(*part.points)
                                  : is_read   ? std::move(pack->second.at(name))
                                              : ends_of(part.summary);
      merge_into(merged, {{name, std::move(points)}});
    }
    out[name].points = std::move(merged[name]);
  }
  return out;
}

Result<std::map<SeriesName, SeriesEnd>> series_ends(store::Transaction& tx, const TaskId& task) {
  TRY(const Parts parts, parts_of(tx, task, {}));
  std::map<SeriesName, SeriesEnd> out;
  for (const auto& [name, own] : parts) {
    SeriesEnd& end = out[name];
    for (const Part& part : own) {
      if (part.summary.single) end.single = part.summary.single;
      if (part.summary.last && (!end.last || part.summary.last->iter >= end.last->iter)) end.last = part.summary.last;
    }
  }
  return out;
}

Result<std::set<SeriesName>> series_names(store::Transaction& tx, const TaskId& task) {
  TRY(const store::Rows rows, known_packs(tx, task));
  std::set<SeriesName> out;
  for (const store::Row& row : rows) {
    TRY(std::set<SeriesName> names, row.is_null(1) ? names_in(row.text(2)) : names_in_summary(row.text(1)));
    out.merge(names);
  }
  return out;
}

Result<std::optional<PackSummary>> missing_summary(store::Transaction& tx, const TaskId& task) {
  const auto from = static_cast<std::int64_t>(kSummaryFromBytes);
  TRY(const store::Rows rows, tx.run("scalar_packs_without_summary", {std::string_view(task.str()), from}));
  if (rows.empty()) return std::optional<PackSummary>();
  const std::string& pack = rows.front().text(1);
  TRY(const SeriesMap series, unpack(pack));
  return std::optional(PackSummary{.seq = rows.front().integer(0),
                                   .pack_bytes = static_cast<std::int64_t>(pack.size()),
                                   .summary = pack_summary(summary_of(series))});
}

Status keep_summary(store::Transaction& tx, const TaskId& task, const PackSummary& summary) {
  CHECK_OK(tx.run("scalar_summary_put",
                  {std::string_view(task.str()), summary.seq, summary.pack_bytes, store::Blob{summary.summary}}));
  return {};
}

}  // namespace jarvis::server::events
