#include "server/store/sqlite_functions.h"

#include <re2/re2.h>
#include <sqlite3.h>

#include <charconv>
#include <string_view>

namespace jarvis::server::store {
namespace {

std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return text == nullptr ? std::string_view()
                         : std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

// The compiled pattern is kept with the statement (auxdata), so a scan of a million rows compiles it once.
void matches(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[2]) != SQLITE_TEXT) return sqlite3_result_int(context, 0);
  auto* pattern = static_cast<re2::RE2*>(sqlite3_get_auxdata(context, 0));
  if (pattern == nullptr) {
    re2::RE2::Options options(re2::RE2::Quiet);
    options.set_case_sensitive(sqlite3_value_int(values[1]) == 0);
    options.set_max_mem(4 << 20);
    const std::string_view source = text_of(values[0]);
    pattern = new re2::RE2(re2::StringPiece(source.data(), source.size()), options);
    if (!pattern->ok()) {
      sqlite3_result_error(context, ("invalid regular expression: " + pattern->error()).c_str(), -1);
      delete pattern;
      return;
    }
    sqlite3_set_auxdata(context, 0, pattern, [](void* p) { delete static_cast<re2::RE2*>(p); });
    // SQLite may drop auxdata at once when memory is short: then there is nothing to match with.
    pattern = static_cast<re2::RE2*>(sqlite3_get_auxdata(context, 0));
    if (pattern == nullptr) return sqlite3_result_error_nomem(context);
  }
  const std::string_view text = text_of(values[2]);
  sqlite3_result_int(context, re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *pattern) ? 1 : 0);
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

}  // namespace

void add_functions(sqlite3* db) {
  constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
  sqlite3_create_function(db, "jv_matches", 3, flags, nullptr, matches, nullptr, nullptr);
  sqlite3_create_function(db, "jv_number", 1, flags, nullptr, number, nullptr, nullptr);
}

}  // namespace jarvis::server::store
