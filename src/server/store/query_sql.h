// Compiles a Filter or a Query to SQL over one kind's table. Values and JSON paths are bound, never pasted. What
// differs between the databases is in query_dialect.h.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/filter.h"
#include "server/store/store.h"

namespace jarvis::server::store {

/// A column that stands beside the document; `path` is where the same value is in it (one key deep).
struct Column {
  std::string_view name;
  bool is_number = false;
};
struct Table {
  std::string_view name;
  std::span<const Column> columns;
};

/// SQL text with its parameters. The parameters' text is owned here.
class CompiledQuery {
 public:
  std::string sql;
  std::vector<Param> params() const;

  /// Adds a parameter and returns its number, from 1.
  std::string bind(std::variant<std::int64_t, double, std::string> value);

 private:
  std::deque<std::variant<std::int64_t, double, std::string>> values_;
};

/// "SELECT <what> FROM table WHERE ... ORDER BY ... LIMIT ...". `what` is a constant of the caller. Errors of both:
/// invalid_argument for a pattern that the database has no words for.
Result<CompiledQuery> compile(Dialect dialect, const Table& table, std::string_view what, const Query& query);
/// "SELECT count(*) FROM table WHERE ...".
Result<CompiledQuery> compile_count(Dialect dialect, const Table& table, const Filter& where);

}  // namespace jarvis::server::store
