#include "server/store/sqlite_functions.h"

#include <re2/re2.h>
#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "server/store/log_text.h"

namespace jarvis::server::store {
namespace {

std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return text == nullptr ? std::string_view()
                         : std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

// values[0], compiled; values[1] says whether it ignores case. Kept with the statement (auxdata), so a scan of a
// million rows compiles it once. Null when it cannot be had: then the statement fails.
re2::RE2* pattern_of(sqlite3_context* context, sqlite3_value** values) {
  if (auto* kept = static_cast<re2::RE2*>(sqlite3_get_auxdata(context, 0)); kept != nullptr) return kept;
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_case_sensitive(sqlite3_value_int(values[1]) == 0);
  options.set_max_mem(4 << 20);
  const std::string_view source = text_of(values[0]);
  auto compiled = std::make_unique<re2::RE2>(re2::StringPiece(source.data(), source.size()), options);
  if (!compiled->ok()) {
    sqlite3_result_error(context, ("invalid regular expression: " + compiled->error()).c_str(), -1);
    return nullptr;
  }
  sqlite3_set_auxdata(context, 0, compiled.release(), [](void* p) { delete static_cast<re2::RE2*>(p); });
  // SQLite may drop auxdata at once when memory is short: then there is nothing to match with.
  auto* kept = static_cast<re2::RE2*>(sqlite3_get_auxdata(context, 0));
  if (kept == nullptr) sqlite3_result_error_nomem(context);
  return kept;
}

void matches(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[2]) != SQLITE_TEXT) return sqlite3_result_int(context, 0);
  const re2::RE2* pattern = pattern_of(context, values);
  if (pattern == nullptr) return;
  const std::string_view text = text_of(values[2]);
  sqlite3_result_int(context, re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *pattern) ? 1 : 0);
}

// jv_shows(pattern, ignore_case, message): of a log (log_text.h). As a blob the message is read where it lies.
void shows_pattern(sqlite3_context* context, int, sqlite3_value** values) {
  const re2::RE2* pattern = pattern_of(context, values);
  if (pattern == nullptr) return;
  const auto* bytes = static_cast<const char*>(sqlite3_value_blob(values[2]));
  const std::string_view message(bytes == nullptr ? "" : bytes,
                                 static_cast<std::size_t>(sqlite3_value_bytes(values[2])));
  sqlite3_result_int(context, shows(message, *pattern) ? 1 : 0);
}

// A number, or text that is wholly one; otherwise NULL.
void number(sqlite3_context* context, int, sqlite3_value** values) {
  switch (sqlite3_value_type(values[0])) {
    case SQLITE_INTEGER:
    case SQLITE_FLOAT:
      return sqlite3_result_double(context, sqlite3_value_double(values[0]));
    case SQLITE_TEXT:
      break;
    default:
      return sqlite3_result_null(context);
  }
  const std::string_view text = text_of(values[0]);
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return sqlite3_result_null(context);
  sqlite3_result_double(context, value);
}

/// The end of the JSON string that begins at text[from].
std::size_t string_end(std::string_view text, std::size_t from) {
  for (std::size_t i = from + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i + 1;
  }
  return text.size();
}

std::size_t scalar_end(std::string_view text, std::size_t from) {
  if (from < text.size() && text[from] == '"') return string_end(text, from);
  return std::min(text.find_first_of(",]}", from), text.size());
}

void result_json_scalar(sqlite3_context* context, std::string_view json_text) {
  if (json_text.empty() || json_text == "null") return sqlite3_result_null(context);
  if (json_text == "true" || json_text == "false") return sqlite3_result_int(context, json_text == "true" ? 1 : 0);
  if (json_text.front() == '"') {
    std::string_view text = json_text.substr(1, json_text.size() - 2);
    std::string unescaped;
    if (text.find('\\') != std::string_view::npos) {
      const auto parsed = parse_json(json_text);
      if (parsed && parsed->is_string()) unescaped = parsed->get_string();
      text = unescaped;
    }
    return sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  std::int64_t whole = 0;
  const char* end = json_text.data() + json_text.size();
  if (const auto got = std::from_chars(json_text.data(), end, whole); got.ec == std::errc() && got.ptr == end)
    return sqlite3_result_int64(context, whole);
  double real = 0;
  if (const auto got = std::from_chars(json_text.data(), end, real); got.ec != std::errc() || got.ptr != end)
    return sqlite3_result_null(context);
  sqlite3_result_double(context, real);
}

// jv_fact(facts, key [, item]): what facts.h wrote under the key. Its text is ours, without white space; a quote inside
// of a string is escaped, so `"key":` is found at a key only.
void fact(sqlite3_context* context, int count, sqlite3_value** values) {
  const std::string_view text = text_of(values[0]);
  char wanted[32];
  const std::string_view key = text_of(values[1]);
  if (key.empty() || key.size() > sizeof wanted - 3) return sqlite3_result_null(context);
  wanted[0] = '"';
  key.copy(wanted + 1, key.size());
  wanted[key.size() + 1] = '"';
  wanted[key.size() + 2] = ':';
  const std::size_t at = text.find(std::string_view(wanted, key.size() + 3));
  if (at == std::string_view::npos) return sqlite3_result_null(context);
  std::size_t from = at + key.size() + 3;
  if (count > 2) {
    if (from >= text.size() || text[from] != '[') return sqlite3_result_null(context);
    ++from;
    for (int skip = sqlite3_value_int(values[2]); skip > 0; --skip) {
      from = scalar_end(text, from);
      if (from >= text.size() || text[from] != ',') return sqlite3_result_null(context);
      ++from;
    }
  }
  result_json_scalar(context, text.substr(from, scalar_end(text, from) - from));
}

}  // namespace

void add_functions(sqlite3* db) {
  constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
  sqlite3_create_function(db, "jv_matches", 3, flags, nullptr, matches, nullptr, nullptr);
  sqlite3_create_function(db, "jv_shows", 3, flags, nullptr, shows_pattern, nullptr, nullptr);
  sqlite3_create_function(db, "jv_fact", 2, flags, nullptr, fact, nullptr, nullptr);
  sqlite3_create_function(db, "jv_fact", 3, flags, nullptr, fact, nullptr, nullptr);
  sqlite3_create_function(db, "jv_number", 1, flags, nullptr, number, nullptr, nullptr);
}

}  // namespace jarvis::server::store
