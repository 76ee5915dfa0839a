#include "server/events/curve_summary.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "server/events/byte_columns.h"

namespace jarvis::server::events {
namespace {

Error broken() {
  return {ErrorCode::corrupt, "a summary of scalars does not read back"};
}

void put_point(std::string& out, const std::optional<Point>& point) {
  put_varint(out, point ? 1 : 0);
  if (!point) return;
  std::int64_t zero = 0, none = 0;
  std::uint64_t bits = 0;
  put_number(out, zero, point->iter);
  put_number(out, none, point->time_ms);
  put_value(out, bits, point->value);
}

bool read_point(ColumnReader& in, std::optional<Point>& point) {
  std::uint64_t is_there = 0, bits = 0;
  if (!in.varint(is_there)) return false;
  if (is_there == 0) return true;
  Point read;
  if (!in.number(read.iter) || !in.number(read.time_ms) || !in.value(bits)) return false;
  read.value = std::bit_cast<double>(bits);
  point = read;
  return true;
}

/// What a bucket's numbers are told from: those of the bucket before.
struct Before {
  std::int64_t iter = 0, time = 0, count = 0, finite = 0;
  std::uint64_t sum = 0, low = 0, high = 0;
};

void put_bucket(std::string& out, Before& before, const Bucket& bucket) {
  put_number(out, before.iter, bucket.iter_first);
  put_number(out, before.iter, bucket.iter_last);
  put_number(out, before.time, bucket.time_first);
  put_number(out, before.time, bucket.time_last);
  put_number(out, before.count, bucket.count);
  put_number(out, before.finite, bucket.finite);
  put_value(out, before.sum, bucket.sum);
  put_value(out, before.low, bucket.low);
  put_value(out, before.high, bucket.high);
}

bool read_bucket(ColumnReader& in, Before& before, Bucket& bucket) {
  if (!in.number(before.iter)) return false;
  bucket.iter_first = before.iter;
  if (!in.number(before.iter)) return false;
  bucket.iter_last = before.iter;
  if (!in.number(before.time)) return false;
  bucket.time_first = before.time;
  if (!in.number(before.time) || !in.number(before.count) || !in.number(before.finite)) return false;
  bucket.time_last = before.time;
  bucket.count = before.count;
  bucket.finite = before.finite;
  if (!in.value(before.sum) || !in.value(before.low) || !in.value(before.high)) return false;
  bucket.sum = std::bit_cast<double>(before.sum);
  bucket.low = std::bit_cast<double>(before.low);
  bucket.high = std::bit_cast<double>(before.high);
  return true;
}

std::string packed(const SeriesSummary& series) {
  std::string out;
  put_point(out, series.single);
  put_point(out, series.first);
  put_point(out, series.last);
  put_varint(out, static_cast<std::uint64_t>(series.points));
  put_varint(out, series.is_in_time_order ? 1 : 0);
  put_varint(out, series.buckets.size());
  Before before;
  for (const Bucket& bucket : series.buckets)
    put_bucket(out, before, bucket);
  return out;
}

bool read_series(ColumnReader& in, SeriesSummary& series) {
  std::uint64_t points = 0, is_in_order = 0, buckets = 0;
  if (!read_point(in, series.single) || !read_point(in, series.first) || !read_point(in, series.last)) return false;
  if (!in.varint(points) || !in.varint(is_in_order) || !in.varint(buckets) || buckets > in.left()) return false;
  series.points = static_cast<std::int64_t>(points);
  series.is_in_time_order = is_in_order == 1;
  series.buckets.resize(buckets);
  Before before;
  return std::ranges::all_of(series.buckets, [&](Bucket& bucket) { return read_bucket(in, before, bucket); });
}

}  // namespace

void Bucket::add(const Point& point) {
  if (count++ == 0) {
    iter_first = point.iter;
    time_first = point.time_ms;
  }
  iter_last = point.iter;
  time_last = point.time_ms;
  if (!std::isfinite(point.value)) return;
  low = finite == 0 ? point.value : std::min(low, point.value);
  high = finite == 0 ? point.value : std::max(high, point.value);
  sum += point.value;
  ++finite;
}

SeriesSummary summary_of(const std::vector<Point>& points) {
  SeriesSummary out;
  out.buckets.reserve(points.size() / kBucketPoints + 1);
  for (const Point& point : points) {
    if (point.iter == kSingleValueIteration) {
      out.single = point;
      continue;
    }
    if (!out.first) out.first = point;
    if (out.last && point.time_ms < out.last->time_ms) out.is_in_time_order = false;
    out.last = point;
    if (out.points++ % kBucketPoints == 0) out.buckets.emplace_back();
    out.buckets.back().add(point);
  }
  return out;
}

Summary summary_of(const SeriesMap& series) {
  Summary out;
  for (const auto& [name, points] : series)
    out.emplace(name, summary_of(points));
  return out;
}

std::string pack_summary(const Summary& summary) {
  std::string out;
  put_varint(out, summary.size());
  for (const auto& [name, series] : summary) {
    put_text(out, name.metric);
    put_text(out, name.variant);
    put_text(out, packed(series));
  }
  return out;
}

Result<Summary> unpack_summary(std::string_view blob, const SeriesFilter& is_wanted) {
  ColumnReader in(blob);
  std::uint64_t count = 0;
  if (!in.varint(count)) return broken();
  Summary out;
  for (; count > 0; --count) {
    SeriesName name;
    std::uint64_t size = 0;
    if (!in.text(name.metric) || !in.text(name.variant) || !in.varint(size) || size > in.left()) return broken();
    if (is_wanted && !is_wanted(name)) {
      if (!in.skip(size)) return broken();
      continue;
    }
    SeriesSummary series;
    if (!read_series(in, series)) return broken();
    out.emplace(std::move(name), std::move(series));
  }
  return out;
}

Result<std::set<SeriesName>> names_in_summary(std::string_view blob) {
  std::set<SeriesName> out;
  const SeriesFilter none = [&](const SeriesName& name) {
    out.insert(name);
    return false;
  };
  TRY(const Summary nothing, unpack_summary(blob, none));
  static_cast<void>(nothing);
  return out;
}

}  // namespace jarvis::server::events
