#include "server/store/sqlite_functions.h"

#include <re2/re2.h>
#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
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

/// What facts.h wrote under the key; with an item, of the list that stands there. Its text is ours, without white
/// space; a quote inside of a string is escaped, so `"key":` is found at a key only. Empty when there is nothing.
std::string_view find_fact(std::string_view text, std::string_view key, std::optional<int> item) {
  char wanted[32];
  if (key.empty() || key.size() > sizeof wanted - 3) return {};
  wanted[0] = '"';
  key.copy(wanted + 1, key.size());
  wanted[key.size() + 1] = '"';
  wanted[key.size() + 2] = ':';
  // string_view::find would stop at each of the hundred quotes.
  const auto* at = static_cast<const char*>(memmem(text.data(), text.size(), wanted, key.size() + 3));
  if (at == nullptr) return {};
  std::size_t from = static_cast<std::size_t>(at - text.data()) + key.size() + 3;
  if (item) {
    if (from >= text.size() || text[from] != '[') return {};
    ++from;
    for (int skip = *item; skip > 0; --skip) {
      from = scalar_end(text, from);
      if (from >= text.size() || text[from] != ',') return {};
      ++from;
    }
  }
  return text.substr(from, scalar_end(text, from) - from);
}

/// The fact that was looked for last. An order asks for one and the same five times a row: is it empty, is it a number,
/// which, which text? One a connection, which one thread uses at a time.
class LastFact {
 public:
  std::string_view of(std::string_view facts, std::string_view key, std::optional<int> item) {
    if (facts != facts_ || key != key_ || item != item_) {
      facts_ = facts;
      key_ = key;
      item_ = item;
      found_ = find_fact(facts_, key_, item_);
    }
    return found_;
  }

 private:
  std::string facts_, key_;
  std::optional<int> item_;
  std::string_view found_;  // in facts_
};

// jv_fact(facts, key [, item])
void fact(sqlite3_context* context, int count, sqlite3_value** values) {
  auto* last = static_cast<LastFact*>(sqlite3_user_data(context));
  const auto item = count > 2 ? std::optional(sqlite3_value_int(values[2])) : std::nullopt;
  result_json_scalar(context, last->of(text_of(values[0]), text_of(values[1]), item));
}

void add_fact(sqlite3* db, int arguments, int flags) {
  sqlite3_create_function_v2(db, "jv_fact", arguments, flags, new LastFact, fact, nullptr, nullptr,
                             [](void* last) { delete static_cast<LastFact*>(last); });
}

}  // namespace

void add_functions(sqlite3* db) {
  constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
  sqlite3_create_function(db, "jv_matches", 3, flags, nullptr, matches, nullptr, nullptr);
  sqlite3_create_function(db, "jv_shows", 3, flags, nullptr, shows_pattern, nullptr, nullptr);
  add_fact(db, 2, flags);
  add_fact(db, 3, flags);
  sqlite3_create_function(db, "jv_number", 1, flags, nullptr, number, nullptr, nullptr);
}

}  // namespace jarvis::server::store
