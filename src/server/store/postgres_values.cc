#include "server/store/postgres_values.h"

#include <libpq-fe.h>

#include <bit>
#include <charconv>
#include <cstring>

namespace jarvis::server::store {
namespace {

// The numbers of the types, fixed for all time (pg_type.dat).
enum class Type : Oid {
  boolean = 16,
  bytea = 17,
  name = 19,
  int8 = 20,
  int2 = 21,
  int4 = 23,
  text = 25,
  json = 114,
  float4 = 700,
  float8 = 701,
  unknown = 705,
  bpchar = 1042,
  varchar = 1043,
  void_ = 2278,
};

std::string without_nul(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += c == '\0' ? std::string("\xEF\xBF\xBD") : std::string(1, c);
  return out;
}

template <typename T>
std::string number(T value) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

std::uint64_t big_endian(const char* bytes, int size) {
  std::uint64_t out = 0;
  for (int i = 0; i < size; ++i)
    out = out << 8 | static_cast<unsigned char>(bytes[i]);
  return out;
}

}  // namespace

PostgresParams::PostgresParams(const std::vector<Param>& params) {
  texts_.reserve(params.size());  // values_ points into it
  for (const Param& param : params) {
    values_.push_back(nullptr);
    lengths_.push_back(0);
    formats_.push_back(0);
    if (const auto* integer = std::get_if<std::int64_t>(&param)) {
      texts_.push_back(number(*integer));
    } else if (const auto* real = std::get_if<double>(&param)) {
      texts_.push_back(number(*real));
    } else if (const auto* text = std::get_if<std::string_view>(&param)) {
      const bool has_nul = text->find('\0') != std::string_view::npos;
      texts_.push_back(has_nul ? without_nul(*text) : std::string(*text));
    } else if (const auto* blob = std::get_if<Blob>(&param)) {
      values_.back() = blob->bytes.data() == nullptr ? "" : blob->bytes.data();
      lengths_.back() = static_cast<int>(blob->bytes.size());
      formats_.back() = 1;
      continue;
    } else {
      continue;
    }
    values_.back() = texts_.back().c_str();
  }
}

Result<Cell> postgres_cell(const pg_result* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return Cell(nullptr);
  const char* bytes = PQgetvalue(result, row, column);
  const int size = PQgetlength(result, row, column);
  const Oid type = PQftype(result, column);
  switch (static_cast<Type>(type)) {
    case Type::boolean:
      return Cell(std::int64_t{bytes[0] != 0});
    case Type::int8:
      return Cell(static_cast<std::int64_t>(big_endian(bytes, 8)));
    case Type::int4:
      return Cell(std::int64_t{static_cast<std::int32_t>(big_endian(bytes, 4))});
    case Type::int2:
      return Cell(std::int64_t{static_cast<std::int16_t>(big_endian(bytes, 2))});
    case Type::float8:
      return Cell(std::bit_cast<double>(big_endian(bytes, 8)));
    case Type::float4:
      return Cell(double{std::bit_cast<float>(static_cast<std::uint32_t>(big_endian(bytes, 4)))});
    case Type::text:
    case Type::varchar:
    case Type::bpchar:
    case Type::name:
    case Type::json:
    case Type::unknown:
    case Type::bytea:
      return Cell(std::string(bytes, static_cast<std::size_t>(size)));
    case Type::void_:
      return Cell(nullptr);
  }
  return internal_error("a column has type " + std::to_string(type) +
                        ": its statement must cast it to bigint, float8, text or bytea");
}

}  // namespace jarvis::server::store
