#include "server/domain/list_filters.h"

#include <algorithm>

#include "server/domain/task_conditions.h"
#include "server/store/pattern.h"

namespace jarvis::server::domain {
namespace {

using store::Filter;
using store::Path;
namespace filter = store::filter;
using Names = std::span<const std::string_view>;

bool has(Names names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A field as conditions see it: below a list of objects, the list and the key in its items.
struct Target {
  Path path;
  std::string item;
};

Target target_of(const ListTable& table, std::string_view dotted) {
  Target out{stored_path(dotted), {}};
  for (const std::string_view list : table.lists) {
    const Path path = path_from(list);
    if (out.path.size() != path.size() + 1 || !std::equal(path.begin(), path.end(), out.path.begin())) continue;
    out.item = out.path.back();
    out.path.pop_back();
    break;
  }
  return out;
}

Holds holds(const ListTable& table, std::string_view key, const Target& target) {
  return has(table.tags, key) || !target.item.empty() ? Holds::list : Holds::one_value;
}

/// The regular expression that finds just this text.
std::string literal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

ApiResult<Filter> pattern_condition(const ListTable& table, std::string_view field, const std::string& pattern,
                                    bool ignore_case) {
  if (const Status good = store::check_pattern(pattern); !good)
    return ApiError(api::invalid_regex, good.error().message());
  Target target = target_of(table, field);
  Filter out = filter::matches(target.path, pattern, ignore_case);
  out.item = std::move(target.item);
  // A name or comment that nobody wrote is an empty text. Of other fields nobody says that they are texts.
  if (has(table.texts, field) && store::finds_empty_text(pattern))
    return filter::any({std::move(out), filter::equals(std::move(target.path), nullptr)});
  return out;
}

ApiResult<void> add_texts(const json::object& body, const ListTable& table, std::vector<Filter>& parts) {
  for (const std::string_view key : table.texts) {
    const auto pattern = get_string(body, key);
    if (!pattern || pattern->empty()) continue;
    TRY(Filter condition, pattern_condition(table, key, *pattern, false));
    parts.push_back(std::move(condition));
  }
  if (const auto text = get_string(body, "search_text"); text && !text->empty()) {
    const std::string pattern = literal(*text);
    std::vector<Filter> fields{filter::matches({"id"}, pattern, true)};
    for (const std::string_view key : table.texts)
      fields.push_back(filter::matches({std::string(key)}, pattern, true));
    parts.push_back(filter::any(std::move(fields)));
  }
  return {};
}

/// One {fields, pattern | datetime}: each pattern of a list and each field is tried; `together` joins what they say.
ApiResult<void> add_multi(const json::object& wanted, const ListTable& table, Filter (*together)(std::vector<Filter>),
                          std::vector<Filter>& parts) {
  std::vector<Filter> fields;
  for (const std::string& field : get_strings(wanted, "fields")) {
    if (const json::value* date = find(wanted, "datetime")) {
      TRY(Filter condition, date_condition(path_from(field), *date));
      fields.push_back(std::move(condition));
      continue;
    }
    std::vector<Filter> patterns;
    for (const std::string& pattern : get_strings(wanted, "pattern")) {
      TRY(Filter condition, pattern_condition(table, field, pattern, true));
      patterns.push_back(std::move(condition));
    }
    if (!patterns.empty()) fields.push_back(filter::any(std::move(patterns)));
  }
  if (!fields.empty()) parts.push_back(together(std::move(fields)));
  return {};
}

/// _any_ and _all_ (also _or_ and _and_), each alone or as a list, and further ones as _any_1, _all_names...
ApiResult<void> add_multis(const json::object& body, const ListTable& table, std::vector<Filter>& parts) {
  const auto bad = [](std::string_view key) {
    return ApiError(api::validation_error, std::string(key) + ": expected {fields, pattern} or {fields, datetime}");
  };
  for (const auto& [key, value] : body) {
    const bool is_any = key.starts_with("_any_") || key.starts_with("_or_");
    const bool is_all = key.starts_with("_all_") || key.starts_with("_and_");
    if (!is_any && !is_all) continue;
    const auto together = is_any ? filter::any : filter::all;
    if (const json::object* one = value.if_object()) {
      CHECK_OK(add_multi(*one, table, together, parts));
    } else if (const json::array* several = value.if_array()) {
      for (const json::value& item : *several) {
        if (!item.is_object()) return bad(key);
        CHECK_OK(add_multi(item.get_object(), table, together, parts));
      }
    } else if (!value.is_null()) {
      return bad(key);
    }
  }
  return {};
}

json::value lower(const json::value& value) {
  if (value.is_array()) {
    json::array out;
    for (const json::value& item : value.get_array())
      out.push_back(lower(item));
    return out;
  }
  if (!value.is_string()) return value;
  std::string text(value.get_string());
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return json::value(text);
}

ApiResult<void> add_field(const ListTable& table, std::string_view key, const json::value& wanted,
                          std::vector<Filter>& parts) {
  if (wanted.is_array() && wanted.get_array().empty()) return {};
  if (has(table.dates, key)) {
    TRY(Filter condition, date_condition({std::string(key)}, wanted));
    parts.push_back(std::move(condition));
    return {};
  }
  const bool is_deep = key.find('.') != std::string_view::npos && is_known(table, key);
  if (has(table.numbers, key) || (is_deep && key.starts_with("last_metrics."))) {
    TRY(Filter condition, number_condition(stored_path(key), wanted));
    parts.push_back(std::move(condition));
  } else if (has(table.tags, key) || has(table.choices, key) || is_deep) {
    const Target target = target_of(table, key);
    // Types of tasks are asked for in any letters.
    parts.push_back(
        choice_condition(target.path, key == "type" ? lower(wanted) : wanted, holds(table, key, target), target.item));
  }
  return {};
}

/// Whether a pattern is for a property that a program wrote to find the task again: the SDK looks so for the step of a
/// pipeline (they live in hidden projects) that need not run a second time.
bool asks_for_runtime(const json::object& body) {
  for (const auto& [key, value] : body) {
    const json::object* pattern = key.starts_with("_all_") ? value.if_object() : nullptr;
    if (pattern == nullptr) continue;
    const auto fields = get_strings(*pattern, "fields");
    if (std::ranges::any_of(fields, [](const std::string& field) { return field.starts_with("runtime."); }))
      return true;
  }
  return false;
}

/// Whoever names a hidden thing knows of it; whoever names its project or what it belongs to means what is in there.
void add_hiding(const json::object& body, const ListTable& table, std::vector<Filter>& parts) {
  using enum ListTable::Hides;
  const bool is_named = !get_strings(body, "id").empty() ||
                        (table.hides == nothing_that_is_named && !get_string_or(body, "name", "").empty());
  if (is_named || get_bool_or(body, "search_hidden", false)) return;
  parts.push_back(filter::negate(filter::list_has({"system_tags"}, {json::value("hidden"), json::value("k8s-glue")})));
  if (table.hides == hidden_projects) parts.push_back(filter::negate(filter::list_has({"hidden"}, {"yes"})));
  const bool means_what_is_in_them =
      !get_strings(body, "project").empty() || !get_strings(body, "parent").empty() || asks_for_runtime(body);
  if (table.hides == what_is_in_them && !means_what_is_in_them)
    parts.push_back(filter::negate({.kind = Filter::Kind::in_hidden_project}));
}

}  // namespace

Path stored_path(std::string_view dotted) {
  Path path = path_from(dotted);
  if (path.size() > 2 && path[0] == "execution" && path[1] == "parameters") {
    std::string name = path[2];
    for (std::size_t i = 3; i < path.size(); ++i)
      name += "." + path[i];
    return {"hyperparams", "Args", name, "value"};
  }
  if (path.size() == 3 && path[0] == "hyperparams") path.emplace_back("value");
  return path;
}

bool is_known(const ListTable& table, std::string_view dotted) {
  const std::string_view head = dotted.substr(0, dotted.find('.'));
  return has(table.choices, head) || has(table.tags, head) || has(table.dates, head) || has(table.others, head) ||
         has(table.free, head);
}

ApiResult<Filter> filter_from(const Call& call, const ListTable& table) {
  const json::object& body = call.body;
  std::vector<json::value> companies{json::value(call.identity.company.str())};
  if (get_bool_or(body, "allow_public", true)) companies.emplace_back(nullptr);
  std::vector<Filter> parts{filter::one_of({"company"}, std::move(companies))};
  for (const auto& [key, wanted] : body) {
    if (!wanted.is_null()) CHECK_OK(add_field(table, key, wanted, parts));
  }
  if (const json::object* sets = get_object(body, "filters")) {
    for (const auto& [key, wanted] : *sets) {
      const Target target = target_of(table, key);
      TRY(Filter condition, set_condition(target.path, wanted, holds(table, key, target), target.item));
      parts.push_back(std::move(condition));
    }
  }
  CHECK_OK(add_texts(body, table, parts));
  CHECK_OK(add_multis(body, table, parts));
  add_hiding(body, table, parts);
  return filter::all(std::move(parts));
}

}  // namespace jarvis::server::domain
