// Numbers and texts as few bytes: what packs of curves and their summaries are written in. Pure.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace jarvis::server::events {

inline void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

// Modulo 2^64: a blob from a broken disk, or two extreme times, must not be undefined.
inline std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
inline std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

/// As its difference to `before`, which becomes `value`.
inline void put_number(std::string& out, std::int64_t& before, std::int64_t value) {
  const std::int64_t step = difference(value, before);
  put_varint(out, static_cast<std::uint64_t>(step) << 1 ^ static_cast<std::uint64_t>(step >> 63));
  before = value;
}

inline std::uint64_t bytes_reversed(std::uint64_t value) {
  std::uint64_t out = 0;
  for (int i = 0; i < 8; ++i)
    out |= (value >> (8 * i) & 0xFF) << (56 - 8 * i);
  return out;
}

/// Neighbouring values share sign, exponent and leading digits: reversed, their xor is a short varint.
inline void put_value(std::string& out, std::uint64_t& before, double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  put_varint(out, bytes_reversed(bits ^ before));
  before = bits;
}

inline void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

/// Reads them back. False: there are not as many bytes.
class ColumnReader {
 public:
  explicit ColumnReader(std::string_view bytes) : bytes_(bytes) {}

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
  /// `value` is the number before, then this one.
  bool number(std::int64_t& value) {
    std::uint64_t step = 0;
    if (!varint(step)) return false;
    value = sum(value, static_cast<std::int64_t>(step >> 1) ^ -static_cast<std::int64_t>(step & 1));
    return true;
  }
  /// `bits` are those of the value before, then of this one.
  bool value(std::uint64_t& bits) {
    std::uint64_t changed = 0;
    if (!varint(changed)) return false;
    bits ^= bytes_reversed(changed);
    return true;
  }
  bool text(std::string& out) {
    std::uint64_t size = 0;
    if (!varint(size) || size > bytes_.size()) return false;
    out = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return true;
  }
  bool skip(std::uint64_t count) {
    if (count > bytes_.size()) return false;
    bytes_.remove_prefix(count);
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

}  // namespace jarvis::server::events
