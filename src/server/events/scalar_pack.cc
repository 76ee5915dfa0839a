#include "server/events/scalar_pack.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace jarvis::server::events {
namespace {

constexpr std::size_t kCompressFrom = 512;
constexpr std::size_t kUnpackedMax = 1U << 30;

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}
std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

// Modulo 2^64: a blob from a broken disk, or two extreme times, must not be undefined.
std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool varint(std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) return false;
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }
  bool text(std::string& out) {
    std::uint64_t size = 0;
    if (!varint(size) || size > bytes_.size()) return false;
    out = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return true;
  }
  /// A varint ends with the one byte of it that is below 0x80: they are counted eight bytes at a time.
  bool skip_varints(std::uint64_t count) {
    while (count >= 8 && bytes_.size() >= 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, bytes_.data(), 8);
      count -= static_cast<std::uint64_t>(std::popcount(~eight & 0x8080808080808080U));
      bytes_.remove_prefix(8);
    }
    for (; count > 0; --count) {
      std::uint64_t ignored = 0;
      if (!varint(ignored)) return false;
    }
    return true;
  }
  std::size_t left() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
};

std::string columns(const SeriesMap& series) {
  std::string out;
  put_varint(out, series.size());
  for (const auto& [name, points] : series) {
    put_text(out, name.metric);
    put_text(out, name.variant);
    put_varint(out, points.size());
    std::int64_t iter = 0, time = 0;
    for (const Point& point : points)
      put_varint(out, zigzag(difference(point.iter, std::exchange(iter, point.iter))));
    for (const Point& point : points)
      put_varint(out, zigzag(difference(point.time_ms, std::exchange(time, point.time_ms))));
    // Neighbouring values share sign, exponent and leading digits: reversed, their xor is a short varint.
    std::uint64_t before = 0;
    for (const Point& point : points) {
      const auto bits = std::bit_cast<std::uint64_t>(point.value);
      const std::uint64_t changed = bits ^ std::exchange(before, bits);
      std::uint64_t reversed = 0;
      for (int i = 0; i < 8; ++i)
        reversed |= (changed >> (8 * i) & 0xFF) << (56 - 8 * i);
      put_varint(out, reversed);
    }
  }
  return out;
}

Error broken() {
  return {ErrorCode::corrupt, "a pack of scalars does not read back"};
}

bool read_head(Reader& in, SeriesName& name, std::uint64_t& count) {
  return in.text(name.metric) && in.text(name.variant) && in.varint(count) && count <= in.left();
}

bool read_points(Reader& in, std::uint64_t count, std::vector<Point>& points) {
  points.resize(count);
  std::uint64_t value = 0;
  std::int64_t iter = 0, time = 0;
  for (Point& point : points) {
    if (!in.varint(value)) return false;
    point.iter = iter = sum(iter, unzigzag(value));
  }
  for (Point& point : points) {
    if (!in.varint(value)) return false;
    point.time_ms = time = sum(time, unzigzag(value));
  }
  std::uint64_t before = 0;
  for (Point& point : points) {
    if (!in.varint(value)) return false;
    std::uint64_t changed = 0;
    for (int i = 0; i < 8; ++i)
      changed |= (value >> (8 * i) & 0xFF) << (56 - 8 * i);
    before ^= changed;
    point.value = std::bit_cast<double>(before);
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
  Reader in(plain);
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
