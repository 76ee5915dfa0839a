#include "base/json.h"

#include <algorithm>

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

namespace {

/// Steps through the text of one JSON object.
class ObjectScanner {
 public:
  explicit ObjectScanner(std::string_view text) : text_(text) {}

  bool enter() { return take('{'); }
  /// The next field; false at the end of the object, or where it is broken.
  bool next(std::string_view& key, std::string_view& value) {
    take(',');
    skip_space();
    const std::size_t key_from = at_;
    if (!skip_string()) return false;
    key = text_.substr(key_from + 1, at_ - key_from - 2);
    if (!take(':')) return false;
    skip_space();
    const std::size_t value_from = at_;
    if (!skip_value()) return false;
    value = text_.substr(value_from, at_ - value_from);
    return true;
  }
  bool is_at_end() { return take('}'); }

 private:
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }
  bool take(char wanted) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  bool skip_string() {
    if (at_ >= text_.size() || text_[at_] != '"') return false;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\')
        ++at_;
      else if (text_[at_] == '"')
        return ++at_, true;
    }
    return false;
  }
  bool skip_value() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!skip_string()) return false;
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
      } else if (c == '}' || c == ']') {
        if (depth == 0) return true;
        --depth;
        ++at_;
      } else if (c == ',' && depth == 0) {
        return true;
      } else {
        ++at_;
      }
      if (depth == 0 && (c == '"' || c == '}' || c == ']')) return true;
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<json::object> parse_json_fields(std::string_view text, std::span<const std::string> fields) {
  ObjectScanner scanner(text);
  if (!scanner.enter()) return invalid_argument("invalid JSON: an object is expected");
  json::object out;
  std::string_view key, value;
  while (scanner.next(key, value)) {
    if (std::ranges::find(fields, key) == fields.end()) continue;
    TRY(out[key], parse_json(value));
  }
  if (!scanner.is_at_end()) return invalid_argument("invalid JSON: the object has no end");
  return out;
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
