#include "server/http/arguments.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "base/limits.h"
#include "base/percent.h"
#include "base/python_json.h"

namespace jarvis::server::http {
namespace {

json::value typed(const std::string& text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_digit)) {
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure == std::errc()) return number;
    return json::string(text);
  }
  const auto dots = std::count(text.begin(), text.end(), '.');
  if (text.size() > 1 && dots == 1 &&
      std::all_of(text.begin(), text.end(), [&](char c) { return is_digit(c) || c == '.'; })) {
    double number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure == std::errc() && end == text.data() + text.size()) return number;
  }
  return json::string(text);
}

/// The place that a dotted key names, its parents made on the way.
json::value* place_of(std::string_view key, json::object& into) {
  json::object* inside = &into;
  for (std::size_t depth = 0; depth < limits::json_depth_max; ++depth) {
    const auto dot = key.find('.');
    if (dot == std::string_view::npos) return &(*inside)[key];
    inside = &ensure_object(*inside, key.substr(0, dot));
    key.remove_prefix(dot + 1);
  }
  return nullptr;
}

}  // namespace

std::string url_decode(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

void merge_urlencoded(std::string_view text, json::object& into) {
  std::set<std::string> seen;
  while (!text.empty()) {
    const auto end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const auto equals = pair.find('=');
    std::string key = url_decode(pair.substr(0, equals));
    json::value value = typed(equals == std::string_view::npos ? "" : url_decode(pair.substr(equals + 1)));
    if (key.empty()) continue;
    bool is_list = false;
    if (key.ends_with("[]")) {
      key.resize(key.size() - 2);
      is_list = true;
    }
    json::value* place = place_of(key, into);
    if (place == nullptr) continue;
    const bool is_repeated = !seen.insert(key).second;
    if (is_repeated && !place->is_array()) *place = json::array{std::move(*place)};
    if (is_list && !is_repeated) *place = json::array();
    if (is_list || is_repeated) {
      place->get_array().push_back(std::move(value));
    } else {
      *place = std::move(value);
    }
  }
}

Result<json::object> read_arguments(std::string_view content_type, std::string_view body, std::string_view query) {
  json::object arguments;
  const bool is_form = content_type.starts_with("application/x-www-form-urlencoded");
  if (!is_form && body.find_first_not_of(" \t\r\n") != std::string_view::npos) {
    TRY(json::value value, parse_python_json(body));
    if (value.is_object()) {
      arguments = std::move(value.get_object());
    } else if (!value.is_null() && !(value.is_array() && value.get_array().empty())) {
      return invalid_argument("the body must be a JSON object");
    }
  }
  merge_urlencoded(query, arguments);
  if (is_form) merge_urlencoded(body, arguments);
  return arguments;
}

}  // namespace jarvis::server::http
