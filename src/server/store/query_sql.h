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
struct WordField;  // words.h
struct Table {
  std::string_view name;
  std::string_view kind;  // of its rows in the table of words
  std::span<const Column> columns;
  std::span<const WordField> words;
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

/// "SELECT <what> FROM table WHERE ... ORDER BY ... LIMIT ...". `what` is a constant of the caller. Errors of all:
/// invalid_argument for a pattern that the database has no words for, or a place in the order that is none.
Result<CompiledQuery> compile(Dialect dialect, const Table& table, std::string_view what, const Query& query);
/// The same with the place of each row in the order as further columns: what Query::after takes.
Result<CompiledQuery> compile_with_keys(Dialect dialect, const Table& table, std::string_view what, const Query& query);
/// "SELECT <by>, count(*), sum(<sums>), max(<maxima>) FROM table WHERE ... GROUP BY <by>". The names are of columns.
struct Grouping {
  std::vector<std::string_view> by, sums, maxima;
};
Result<CompiledQuery> compile_group(Dialect dialect, const Table& table, const Grouping& grouping, const Filter& where);
/// The words of one field (words.h) of the rows that fit, each once, in order.
Result<CompiledQuery> compile_words(Dialect dialect, const Table& table, std::string_view field, const Filter& where);
/// "SELECT count(*) FROM table WHERE ...".
Result<CompiledQuery> compile_count(Dialect dialect, const Table& table, const Filter& where);

}  // namespace jarvis::server::store
