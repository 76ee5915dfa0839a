// Curves for charts: from the summaries of their packs where a pixel is many points wide, from the points elsewhere.
// Each call runs inside the caller's transaction; nothing is held.
#pragma once

#include <limits>
#include <map>
#include <vector>

#include "base/ids.h"
#include "server/events/curve_summary.h"
#include "server/store/store.h"

namespace jarvis::server::events {

/// The part of a curve that a chart shows, and how many pixels it has for it.
struct CurveView {
  bool is_by_time = false;
  double from = -std::numeric_limits<double>::infinity();
  double to = std::numeric_limits<double>::infinity();
  std::size_t samples = 0;

  double x(std::int64_t iter, std::int64_t time_ms) const { return static_cast<double>(is_by_time ? time_ms : iter); }
  double x(const Point& point) const { return x(point.iter, point.time_ms); }
  double x_first(const Bucket& bucket) const { return x(bucket.iter_first, bucket.time_first); }
  double x_last(const Bucket& bucket) const { return x(bucket.iter_last, bucket.time_last); }
};

/// Either points or buckets, of the view and what is next to it at least; neither is cut at its ends.
struct Curve {
  std::vector<Point> points;    // by rising iteration, single values included
  std::vector<Bucket> buckets;  // by rising x
};

Result<std::map<SeriesName, Curve>> read_curves(store::Transaction& tx, const TaskId& task, const CurveView& view,
                                                const SeriesFilter& is_wanted);

/// The values that a task's series end with.
struct SeriesEnd {
  std::optional<Point> single, last;
};
Result<std::map<SeriesName, SeriesEnd>> series_ends(store::Transaction& tx, const TaskId& task);
Result<std::set<SeriesName>> series_names(store::Transaction& tx, const TaskId& task);

/// The summary of one pack, of so many bytes.
struct PackSummary {
  std::int64_t seq = 0, pack_bytes = 0;
  std::string summary;
};
/// From so many bytes on a pack has a summary: what is read without one stays little.
inline constexpr std::size_t kSummaryFromBytes = 16U << 10;
/// Of a large pack that has none yet: a server that made none has written it.
Result<std::optional<PackSummary>> missing_summary(store::Transaction& tx, const TaskId& task);
/// Changes nothing when the pack is another by now, or has a summary.
Status keep_summary(store::Transaction& tx, const TaskId& task, const PackSummary& summary);

}  // namespace jarvis::server::events
