#include "server/http/arguments.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "base/limits.h"
#include "base/percent.h"
#include "base/python_json.h"
#include "server/http/multipart.h"

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

/// Lays the fields of one form or query over an object.
class Fields {
 public:
  explicit Fields(json::object& into) : into_(into) {}

  void add(std::string key, const std::string& text) {
    if (key.empty()) return;
    bool is_list = false;
    if (key.ends_with("[]")) {
      key.resize(key.size() - 2);
      is_list = true;
    }
    json::value* place = place_of(key, into_);
    if (place == nullptr) return;
    const bool is_repeated = !seen_.insert(std::move(key)).second;
    if (is_repeated && !place->is_array()) *place = json::array{std::move(*place)};
    if (is_list && !is_repeated) *place = json::array();
    if (is_list || is_repeated) {
      place->get_array().push_back(typed(text));
    } else {
      *place = typed(text);
    }
  }

 private:
  json::object& into_;
  std::set<std::string> seen_;
};

bool is_multipart(std::string_view content_type) {
  return content_type.starts_with("multipart/form-data");
}

Status merge_multipart(std::string_view content_type, std::string_view body, json::object& into) {
  const auto boundary = boundary_of(content_type);
  if (!boundary) return invalid_argument("multipart/form-data needs a boundary");
  Fields fields(into);
  std::string name, text;
  MultipartReader reader(*boundary, {.begin_part = [&](const MultipartReader::Part& part) -> Status {
                                       if (part.is_file)
                                         return invalid_argument("'" + part.name + "' is a file: the API takes none");
                                       name = part.name;
                                       text.clear();
                                       return {};
                                     },
                                     .data = [&](std::string_view bytes) -> Status {
                                       text += bytes;
                                       return {};
                                     },
                                     .end_part = [&]() -> Status {
                                       fields.add(name, text);
                                       return {};
                                     }});
  CHECK_OK(reader.add(body));
  if (!reader.is_complete()) return invalid_argument("the multipart body ends before its last boundary");
  return {};
}

}  // namespace

std::string url_decode(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

void merge_urlencoded(std::string_view text, json::object& into) {
  Fields fields(into);
  while (!text.empty()) {
    const auto end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const auto equals = pair.find('=');
    fields.add(url_decode(pair.substr(0, equals)),
               equals == std::string_view::npos ? "" : url_decode(pair.substr(equals + 1)));
  }
}

Result<json::object> read_arguments(std::string_view content_type, std::string_view body, std::string_view query) {
  json::object arguments;
  const bool is_form = content_type.starts_with("application/x-www-form-urlencoded");
  if (!is_form && !is_multipart(content_type) && body.find_first_not_of(" \t\r\n") != std::string_view::npos) {
    TRY(json::value value, parse_python_json(body));
    if (value.is_object()) {
      arguments = std::move(value.get_object());
    } else if (!value.is_null() && !(value.is_array() && value.get_array().empty())) {
      return invalid_argument("the body must be a JSON object");
    }
  }
  merge_urlencoded(query, arguments);
  if (is_form) merge_urlencoded(body, arguments);
  if (is_multipart(content_type)) CHECK_OK(merge_multipart(content_type, body, arguments));
  return arguments;
}

}  // namespace jarvis::server::http
