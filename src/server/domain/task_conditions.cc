#include "server/domain/task_conditions.h"

#include <charconv>

#include "base/clock.h"

namespace jarvis::server::domain {
namespace {

using store::Filter;
using store::Path;
namespace filter = store::filter;

Filter holds_one(const Path& field, std::vector<json::value> values, Holds holds, const std::string& item) {
  return holds == Holds::list ? filter::list_has(field, std::move(values), item)
                              : filter::one_of(field, std::move(values));
}

std::vector<json::value> items_of(const json::value& wanted) {
  if (!wanted.is_array()) return {wanted};
  return {wanted.get_array().begin(), wanted.get_array().end()};
}

ApiError bad_condition(const Path& field, std::string why) {
  return ApiError(api::validation_error, (field.empty() ? std::string() : field.back()) + ": " + std::move(why));
}

struct DateBound {
  std::string_view sign;
  std::string date;  // in the one form in which dates are stored
};

ApiResult<DateBound> bound_from(const Path& field, const json::value& value) {
  if (!value.is_string()) return bad_condition(field, "expected a date");
  std::string_view text = value.get_string();
  DateBound bound;
  for (const std::string_view sign : {">=", "<=", ">", "<"}) {
    if (!text.starts_with(sign)) continue;
    bound.sign = sign;
    text.remove_prefix(sign.size());
    break;
  }
  while (text.starts_with(' '))
    text.remove_prefix(1);
  const auto time = from_iso(text);
  if (!time) return bad_condition(field, time.error().message());
  bound.date = to_iso(*time);
  return bound;
}

Filter range(const Path& field, const DateBound& bound) {
  Filter out{.kind = Filter::Kind::range, .field = field};
  const json::value date(bound.date);
  if (bound.sign.empty()) {
    out.from = out.to = date;
  } else if (bound.sign.front() == '>') {
    out.from = date;
    out.from_included = bound.sign.size() == 2;
  } else {
    out.to = date;
    out.to_included = bound.sign.size() == 2;
  }
  return out;
}

struct NumberBound {
  std::string_view sign;
  json::value number;
};

/// Nothing for text without a sign: that is a value, not a bound.
ApiResult<std::optional<NumberBound>> number_bound(const Path& field, const json::value& value) {
  if (!value.is_string()) return std::optional<NumberBound>();
  std::string_view text = value.get_string();
  for (const std::string_view sign : {">=", "<=", ">", "<"}) {
    if (!text.starts_with(sign)) continue;
    text.remove_prefix(sign.size());
    double number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size() || text.empty())
      return bad_condition(field, "expected a number after " + std::string(sign));
    return std::optional(NumberBound{sign, json::value(number)});
  }
  return std::optional<NumberBound>();
}

Filter number_range(const Path& field, json::value from, json::value to) {
  Filter out{.kind = Filter::Kind::range, .field = field};
  if (!from.is_null()) out.from = std::move(from);
  if (!to.is_null()) out.to = std::move(to);
  return out;
}

}  // namespace

Filter choice_condition(const Path& field, const json::value& wanted, Holds holds, const std::string& item) {
  std::vector<json::value> any, all, none;
  bool needs_all = false, is_not = false;
  for (const json::value& value : items_of(wanted)) {
    const std::string_view text = value.is_string() ? std::string_view(value.get_string()) : std::string_view();
    if (text == "__$all" || text == "__$and" || text == "__$any" || text == "__$or") {
      needs_all = text == "__$all" || text == "__$and";
      is_not = false;
    } else if (text == "__$not") {
      is_not = true;
    } else if (is_not) {
      none.push_back(value);
    } else if (text.size() > 1 && text.front() == '-') {
      none.emplace_back(json::value(text.substr(1)));
    } else {
      (needs_all ? all : any).push_back(value);
    }
  }
  std::vector<Filter> parts;
  if (!any.empty()) parts.push_back(holds_one(field, std::move(any), holds, item));
  for (json::value& one : all)
    parts.push_back(holds_one(field, {std::move(one)}, holds, item));
  if (!none.empty()) parts.push_back(filter::negate(holds_one(field, std::move(none), holds, item)));
  return filter::all(std::move(parts));
}

ApiResult<Filter> set_condition(const Path& field, const json::value& wanted, Holds holds, const std::string& item) {
  if (!wanted.is_object()) return bad_condition(field, "expected an object with any or all");
  std::vector<Filter> both;
  for (const auto& [mode, sets] : wanted.get_object()) {
    if ((mode != "any" && mode != "all") || !sets.is_object())
      return bad_condition(field, "unknown key " + std::string(mode));
    std::vector<Filter> included, excluded;
    for (const auto& [key, values] : sets.get_object()) {
      if (key != "include" && key != "exclude") return bad_condition(field, "unknown key " + std::string(key));
      for (json::value& value : items_of(values)) {
        if (value.is_null() && values.is_null()) continue;
        (key == "include" ? included : excluded).push_back(holds_one(field, {std::move(value)}, holds, item));
      }
    }
    if (included.empty() && excluded.empty()) continue;
    if (mode == "all") {
      for (Filter& one : excluded)
        included.push_back(filter::negate(std::move(one)));
      both.push_back(filter::all(std::move(included)));
    } else {
      // Excluding any of several lets everything pass that does not have them all.
      if (!excluded.empty()) included.push_back(filter::negate(filter::all(std::move(excluded))));
      both.push_back(filter::any(std::move(included)));
    }
  }
  return filter::all(std::move(both));
}

ApiResult<Filter> date_condition(const Path& field, const json::value& wanted) {
  const std::vector<json::value> items = items_of(wanted);
  const bool has_open_end = items.size() == 2 && (items[0].is_null() || items[1].is_null());
  std::vector<DateBound> bounds;
  std::vector<Filter> parts;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (has_open_end && items[i].is_null()) continue;
    TRY(DateBound bound, bound_from(field, items[i]));
    if (has_open_end && bound.sign.empty()) bound.sign = i == 0 ? ">=" : "<=";
    bounds.push_back(std::move(bound));
  }
  if (bounds.size() == 2 && bounds[0].sign.empty() && bounds[1].sign.empty()) {
    bounds[0].sign = ">=";
    bounds[1].sign = "<=";
  }
  for (const DateBound& bound : bounds)
    parts.push_back(range(field, bound));
  return filter::all(std::move(parts));
}

ApiResult<Filter> number_condition(const Path& field, const json::value& wanted) {
  const std::vector<json::value> items = items_of(wanted);
  const auto is_end = [](const json::value& item) { return item.is_null() || item.is_number(); };
  if (wanted.is_array() && items.size() == 2 && is_end(items[0]) && is_end(items[1]))
    return number_range(field, items[0], items[1]);
  std::vector<Filter> parts;
  std::vector<json::value> values;
  for (const json::value& item : items) {
    TRY(const auto bound, number_bound(field, item));
    if (!bound) {
      values.push_back(item);
      continue;
    }
    const bool is_lower = bound->sign.front() == '>';
    Filter part =
        number_range(field, is_lower ? bound->number : json::value(), is_lower ? json::value() : bound->number);
    part.from_included = part.to_included = bound->sign.size() == 2;
    parts.push_back(std::move(part));
  }
  if (!values.empty()) parts.push_back(filter::one_of(field, std::move(values)));
  return filter::all(std::move(parts));
}

}  // namespace jarvis::server::domain
