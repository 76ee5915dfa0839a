// Boost.JSON with the limits and the small readers that this project needs.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jarvis {

namespace json = boost::json;

/// Parses one JSON text, nested at most limits::json_depth_max deep. Never throws.
Result<json::value> parse_json(std::string_view text);
Result<json::object> parse_json_object(std::string_view text);
/// Only these fields of the object, in its order; the others are stepped over without being made into anything. For
/// text that parse_json has read or to_text has written before: what is stepped over is not checked.
Result<json::object> parse_json_fields(std::string_view text, std::span<const std::string> fields);

inline std::string to_text(const json::value& value) {
  return json::serialize(value);
}
inline std::string to_text(const json::object& value) {
  return json::serialize(value);
}

// Readers of optional fields: absent, null and another type are all "not there". Requests have passed their schema by
// then, and what the store holds was written by us.
const json::value* find(const json::object& object, std::string_view key);
std::optional<std::string> get_string(const json::object& object, std::string_view key);
std::string get_string_or(const json::object& object, std::string_view key, std::string_view fallback);
std::optional<std::int64_t> get_int(const json::object& object, std::string_view key);
std::optional<double> get_double(const json::object& object, std::string_view key);
std::optional<bool> get_bool(const json::object& object, std::string_view key);
bool get_bool_or(const json::object& object, std::string_view key, bool fallback);
const json::object* get_object(const json::object& object, std::string_view key);
const json::array* get_array(const json::object& object, std::string_view key);
/// The strings of a list; a bare string counts as a list of one; other items are left out.
std::vector<std::string> get_strings(const json::object& object, std::string_view key);

/// The value at a path of object keys ("execution", "queue"), or nullptr. Keys are taken literally (they may hold
/// dots).
const json::value* find_path(const json::object& object, std::initializer_list<std::string_view> keys);
/// The object at key, made (or put in place of anything that is no object) when missing.
json::object& ensure_object(json::object& object, std::string_view key);

}  // namespace jarvis
