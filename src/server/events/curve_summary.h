// What is known of a pack's curves without reading their points: a chart of a million points is drawn from it. A sealed
// pack never changes, and so neither does its summary. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/events/scalar_pack.h"

namespace jarvis::server::events {

/// Points that follow each other, as one.
struct Bucket {
  std::int64_t iter_first = 0, iter_last = 0;
  std::int64_t time_first = 0, time_last = 0;
  std::int64_t count = 0, finite = 0;  // of all the points, of those whose values are numbers
  double sum = 0, low = 0, high = 0;   // of the finite ones

  void add(const Point& point);
};

struct SeriesSummary {
  std::optional<Point> single;       // the value that belongs to no iteration
  std::optional<Point> first, last;  // of the curve
  std::int64_t points = 0;
  bool is_in_time_order = true;
  std::vector<Bucket> buckets;
};
using Summary = std::map<SeriesName, SeriesSummary>;

/// So many points are a bucket: small beside the pack, and still several to a pixel when there are many points.
inline constexpr std::size_t kBucketPoints = 64;

SeriesSummary summary_of(const std::vector<Point>& points);
Summary summary_of(const SeriesMap& series);

std::string pack_summary(const Summary& summary);
/// What is not wanted is skipped. Errors: corrupt.
Result<Summary> unpack_summary(std::string_view blob, const SeriesFilter& is_wanted = {});
/// Errors: corrupt.
Result<std::set<SeriesName>> names_in_summary(std::string_view blob);

}  // namespace jarvis::server::events
