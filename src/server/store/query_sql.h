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

/// A column that stands beside the document.
struct Column {
  /// field: the document's own, of the same name. The others are made of it (words.h, facts.h).
  enum class Holds : std::uint8_t { field, marks, hyperparams_shape, metrics_shape, facts };
  std::string_view name;
  bool is_number = false;
  Holds holds = Holds::field;
};
/// An index that a list may go by, with the columns that stand in it (SQLite only: query_plan.h).
struct Index {
  enum class Rows : std::uint8_t { all, where_set };  // where_set: only those whose first column is
  // Of its first column's values. Rows with the same value come by their ids in one of the directions only: where they
  // are many, there is an index a direction, or (groups) they come by something else.
  enum class Order : std::uint8_t { both, rising, falling, groups };
  std::string_view name;
  std::span<const std::string_view> columns;
  Rows rows = Rows::all;
  Order order = Order::both;
};
/// A field that holds the id of a row of another table: {"project", "name"} of an order is that row's column.
struct ReferenceField {
  std::string_view field, table;
  std::span<const Column> columns;  // of that table
};
struct WordField;  // words.h
struct Table {
  std::string_view name;
  std::string_view kind;  // of its rows in the table of words
  std::span<const Column> columns;
  std::string_view documents;  // the table that holds the documents; empty when they stand beside the columns
  std::span<const Index> indexes;
  std::span<const WordField> words;
  std::span<const ReferenceField> references;
};

/// SQL text with its parameters. The parameters' text is owned here.
class CompiledQuery {
 public:
  std::string sql;
  /// True once something was asked that only the document knows.
  bool uses_document = false;
  std::vector<Param> params() const;

  /// Adds a parameter and returns its number, from 1.
  std::string bind(std::variant<std::int64_t, double, std::string> value);

 private:
  std::deque<std::variant<std::int64_t, double, std::string>> values_;
};

/// "SELECT <what> FROM table WHERE ... ORDER BY ... LIMIT ...". `what` is a constant of the caller. `way` stands behind
/// the table's name: the index to go by, see query_plan.h. Errors of all: invalid_argument for a pattern that the
/// database has no words for, or a place in the order that is none.
Result<CompiledQuery> compile(Dialect dialect, const Table& table, std::string_view what, const Query& query,
                              std::string_view way = {});
/// The same with the place of each row in the order as further columns: what Query::after takes.
Result<CompiledQuery> compile_with_keys(Dialect dialect, const Table& table, std::string_view what, const Query& query,
                                        std::string_view way = {});
/// "SELECT <filter>, <filter>... FROM table WHERE rowid IN (...)" of SQLite: one column a filter, 1 where it accepts.
Result<CompiledQuery> compile_sample(const Table& table, std::span<const Filter> filters, const json::array& rowids);
/// "SELECT <by>, count(*), sum(<sums>), max(<maxima>) FROM table WHERE ... GROUP BY <by>". The names are of columns.
struct Grouping {
  std::vector<std::string_view> by, sums, maxima;
};
Result<CompiledQuery> compile_group(Dialect dialect, const Table& table, const Grouping& grouping, const Filter& where,
                                    std::string_view way = {});
/// The words of one field (words.h) of the rows that fit, each once, in order.
Result<CompiledQuery> compile_words(Dialect dialect, const Table& table, std::string_view field, const Filter& where);
/// "SELECT count(*) FROM table WHERE ...". Of more than `most` rows no more are looked at.
Result<CompiledQuery> compile_count(Dialect dialect, const Table& table, const Filter& where, std::string_view way = {},
                                    std::size_t most = SIZE_MAX);

}  // namespace jarvis::server::store
