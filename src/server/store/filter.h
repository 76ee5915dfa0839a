// What a list asks for, without SQL: made by domain/list_request from a request body, compiled to SQL by
// store/query_sql, evaluated slowly by the tests' reference evaluator.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace jarvis::server::store {

/// Keys from the document's root, taken literally: {"hyperparams", "Args", "lr.init", "value"}.
using Path = std::vector<std::string>;

struct Filter {
  enum class Kind : std::uint8_t {
    all,       // every child (no child: true)
    any,       // one child (no child: false)
    negate,    // not its one child; a missing field does not match a leaf, so it matches the negation
    one_of,    // the field equals one of `values`; json null matches missing, null, "" and the empty list
    list_has,  // the field is a list that holds one of `values` (null: missing, null or empty); with `item`, a list of
               // objects that have one of them under that key
    matches,   // the field is text in which the regular expression `pattern` is found (RE2 syntax); with `item`, a list
               // of objects one of which has such text under that key
    range,     // from <(=) field <(=) to; numbers by value, text by bytes (ISO dates in our one format order so)
    exists,    // the field is there and not null
    in_hidden_project,  // the document's project is hidden (words.h); only of kinds that have a project
  };

  Kind kind = Kind::all;
  std::vector<Filter> children;
  Path field;
  std::vector<json::value> values;
  std::string item;  // list_has, matches: the key in the list's objects
  /// list_has of words (words.h), in_hidden_project: each row asks for its own words, instead of the words for their
  /// rows. The same answer; faster where most rows have the word, or where a list stops after a few rows.
  bool by_row = false;
  std::string pattern;
  bool ignore_case = false;
  std::optional<json::value> from, to;
  bool from_included = true, to_included = true;
};

namespace filter {
inline Filter all(std::vector<Filter> children) {
  return {.kind = Filter::Kind::all, .children = std::move(children)};
}
inline Filter any(std::vector<Filter> children) {
  return {.kind = Filter::Kind::any, .children = std::move(children)};
}
inline Filter negate(Filter child) {
  return {.kind = Filter::Kind::negate, .children = {std::move(child)}};
}
inline Filter equals(Path field, json::value value) {
  return {.kind = Filter::Kind::one_of, .field = std::move(field), .values = {std::move(value)}};
}
inline Filter one_of(Path field, std::vector<json::value> values) {
  return {.kind = Filter::Kind::one_of, .field = std::move(field), .values = std::move(values)};
}
inline Filter list_has(Path field, std::vector<json::value> values, std::string item = {}) {
  return {
      .kind = Filter::Kind::list_has, .field = std::move(field), .values = std::move(values), .item = std::move(item)};
}
inline Filter matches(Path field, std::string pattern, bool ignore_case = false) {
  return {.kind = Filter::Kind::matches,
          .field = std::move(field),
          .pattern = std::move(pattern),
          .ignore_case = ignore_case};
}
inline Filter exists(Path field) {
  return {.kind = Filter::Kind::exists, .field = std::move(field)};
}
}  // namespace filter

struct Order {
  Path field;
  bool descending = false;
  bool numeric = false;  // text that looks like a number sorts by its value ("2" before "11")
};

struct Query {
  Filter where;
  std::vector<Order> order;  // empty values always last; ties by id
  /// Only what comes after the document with this place in the order (Page::last): a page costs the same wherever it
  /// is.
  std::optional<json::array> after;
  std::size_t offset = 0;
  std::size_t limit = SIZE_MAX;
  /// Only these of the documents' fields are read; none: all.
  std::vector<std::string> fields;
};

}  // namespace jarvis::server::store
