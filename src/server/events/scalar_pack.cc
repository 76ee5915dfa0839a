#include "server/events/scalar_pack.h"

#include <zstd.h>

#include <algorithm>
#include <bit>

#include "server/events/byte_columns.h"

namespace jarvis::server::events {
namespace {

constexpr std::size_t kCompressFrom = 512;
constexpr std::size_t kUnpackedMax = 1U << 30;

std::string columns(const SeriesMap& series) {
  std::string out;
  put_varint(out, series.size());
  for (const auto& [name, points] : series) {
    put_text(out, name.metric);
    put_text(out, name.variant);
    put_varint(out, points.size());
    std::int64_t iter = 0, time = 0;
    for (const Point& point : points)
      put_number(out, iter, point.iter);
    for (const Point& point : points)
      put_number(out, time, point.time_ms);
    std::uint64_t bits = 0;
    for (const Point& point : points)
      put_value(out, bits, point.value);
  }
  return out;
}

Error broken() {
  return {ErrorCode::corrupt, "a pack of scalars does not read back"};
}

bool read_head(ColumnReader& in, SeriesName& name, std::uint64_t& count) {
  return in.text(name.metric) && in.text(name.variant) && in.varint(count) && count <= in.left();
}

bool read_points(ColumnReader& in, std::uint64_t count, std::vector<Point>& points) {
  points.resize(count);
  std::int64_t iter = 0, time = 0;
  for (Point& point : points) {
    if (!in.number(iter)) return false;
    point.iter = iter;
  }
  for (Point& point : points) {
    if (!in.number(time)) return false;
    point.time_ms = time;
  }
  std::uint64_t bits = 0;
  for (Point& point : points) {
    if (!in.value(bits)) return false;
    point.value = std::bit_cast<double>(bits);
  }
  return true;
}

/// The columns of a blob; `storage` holds them when they were compressed.
Result<std::string_view> plain_columns(std::string_view blob, std::string& storage) {
  if (blob.empty()) return broken();
  if (blob.front() != 'Z') return blob.substr(1);
  const auto size = ZSTD_getFrameContentSize(blob.data() + 1, blob.size() - 1);
  if (size > kUnpackedMax) return broken();
  storage.resize(size);
  const auto got = ZSTD_decompress(storage.data(), storage.size(), blob.data() + 1, blob.size() - 1);
  if (ZSTD_isError(got) != 0 || got != size) return broken();
  return std::string_view(storage);
}

}  // namespace

std::string pack(const SeriesMap& series) {
  const std::string plain = columns(series);
  if (plain.size() < kCompressFrom) return "P" + plain;
  std::string out(1 + ZSTD_compressBound(plain.size()), '\0');
  out[0] = 'Z';
  const std::size_t size = ZSTD_compress(out.data() + 1, out.size() - 1, plain.data(), plain.size(), 1);
  if (ZSTD_isError(size) != 0) return "P" + plain;
  out.resize(1 + size);
  return out;
}

Result<SeriesMap> unpack(std::string_view blob, const SeriesFilter& is_wanted) {
  std::string storage;
  TRY(const std::string_view plain, plain_columns(blob, storage));
  ColumnReader in(plain);
  std::uint64_t series = 0;
  SeriesMap out;
  if (!in.varint(series)) return broken();
  for (; series > 0; --series) {
    SeriesName name;
    std::uint64_t count = 0;
    if (!read_head(in, name, count)) return broken();
    if (is_wanted && !is_wanted(name)) {
      if (!in.skip_varints(3 * count)) return broken();
      continue;
    }
    std::vector<Point> points;
    if (!read_points(in, count, points)) return broken();
    out.emplace(std::move(name), std::move(points));
  }
  return out;
}

Result<std::set<SeriesName>> names_in(std::string_view blob) {
  std::set<SeriesName> out;
  const SeriesFilter none = [&](const SeriesName& name) {
    out.insert(name);
    return false;
  };
  TRY(const SeriesMap nothing, unpack(blob, none));
  static_cast<void>(nothing);
  return out;
}

void merge_into(SeriesMap& older, SeriesMap newer) {
  for (auto& [name, points] : newer) {
    std::vector<Point>& all = older[name];
    const bool is_in_order =
        std::is_sorted(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.iter <= b.iter; });
    const bool is_behind = all.empty() || points.empty() || all.back().iter < points.front().iter;
    all.insert(all.end(), points.begin(), points.end());
    if (is_in_order && is_behind) continue;  // a curve that grows: the usual case
    std::stable_sort(all.begin(), all.end(), [](const Point& a, const Point& b) { return a.iter < b.iter; });
    // Of equal iterations the last that came stays.
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i + 1 < all.size() && all[i + 1].iter == all[i].iter) continue;
      all[kept++] = all[i];
    }
    all.resize(kept);
  }
}

}  // namespace jarvis::server::events
