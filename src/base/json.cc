#include "base/json.h"

#include "base/limits.h"

namespace jarvis {

Result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = limits::json_depth_max;
  json::error_code failure;
  json::monotonic_resource scratch;
  json::value value = json::parse(text, failure, {}, options);
  if (failure) return invalid_argument("invalid JSON: " + failure.message());
  return value;
}

Result<json::object> parse_json_object(std::string_view text) {
  TRY(json::value value, parse_json(text));
  if (!value.is_object()) return invalid_argument("invalid JSON: an object is expected");
  return std::move(value.as_object());
}

const json::value* find(const json::object& object, std::string_view key) {
  return object.if_contains(key);
}

std::optional<std::string> get_string(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::string get_string_or(const json::object& object, std::string_view key, std::string_view fallback) {
  return get_string(object, key).value_or(std::string(fallback));
}

std::optional<std::int64_t> get_int(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  json::error_code failure;
  const auto number = value->to_number<std::int64_t>(failure);
  if (!failure) return number;
  if (!value->is_double() || !(value->get_double() > -9e18 && value->get_double() < 9e18)) return std::nullopt;
  return static_cast<std::int64_t>(value->get_double());
}

std::optional<double> get_double(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  json::error_code failure;
  return value->to_number<double>(failure);
}

std::optional<bool> get_bool(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_bool()) return std::nullopt;
  return value->get_bool();
}

bool get_bool_or(const json::object& object, std::string_view key, bool fallback) {
  return get_bool(object, key).value_or(fallback);
}

const json::object* get_object(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* get_array(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

std::vector<std::string> get_strings(const json::object& object, std::string_view key) {
  std::vector<std::string> out;
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return out;
  if (value->is_string()) {
    out.emplace_back(value->get_string());
  } else if (value->is_array()) {
    for (const json::value& item : value->get_array()) {
      if (item.is_string()) out.emplace_back(item.get_string());
    }
  }
  return out;
}

const json::value* find_path(const json::object& object, std::initializer_list<std::string_view> keys) {
  const json::object* inside = &object;
  const json::value* value = nullptr;
  for (const std::string_view key : keys) {
    if (inside == nullptr) return nullptr;
    value = inside->if_contains(key);
    if (value == nullptr) return nullptr;
    inside = value->if_object();
  }
  return value;
}

json::object& ensure_object(json::object& object, std::string_view key) {
  json::value& slot = object[key];
  if (!slot.is_object()) slot = json::object();
  return slot.get_object();
}

}  // namespace jarvis
