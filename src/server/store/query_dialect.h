// What differs between the databases when a leaf of a filter, an order or a page becomes SQL: one class a database,
// made for one query. The same questions get the same answers from each (query_test.cc).
#pragma once

#include <memory>

#include "server/store/query_sql.h"

namespace jarvis::server::store {

/// One term of ORDER BY. Empty values come last, whichever way it goes.
struct OrderTerm {
  enum class Type : std::uint8_t { text, number, flag };
  std::string expression;
  Type type = Type::text;
  bool descending = false;
};

class QueryDialect {
 public:
  QueryDialect(const Table& table, CompiledQuery& out) : table_(table), out_(out) {}
  QueryDialect(const QueryDialect&) = delete;
  QueryDialect& operator=(const QueryDialect&) = delete;
  virtual ~QueryDialect() = default;

  // Conditions. None of them is ever NULL, so that NOT of a missing field is true.
  virtual std::string truth(bool value) = 0;
  virtual std::string one_of(const Filter& leaf) = 0;
  virtual std::string list_has(const Filter& leaf) = 0;
  virtual Result<std::string> matches(const Filter& leaf) = 0;
  virtual std::string range(const Filter& leaf) = 0;
  virtual std::string exists(const Filter& leaf) = 0;

  /// What is empty last, then by value.
  virtual std::vector<OrderTerm> order(const Order& order) = 0;
  /// A term's value as it is read and compared with: a number, text or NULL.
  virtual std::string key(const OrderTerm& term) = 0;
  /// A placeholder for a value of such a key.
  virtual std::string key_value(const OrderTerm& term, const json::value& value) = 0;
  /// " LIMIT ... OFFSET ...".
  virtual std::string page(std::size_t limit, std::size_t offset) = 0;

 protected:
  /// The column of that path; null when the value is only in the document.
  const Column* column(const Path& path) const;
  /// The words that a list_has asks for, where they stand in the table of words; null where they do not.
  const WordField* words_of(const Filter& leaf) const;
  /// "SELECT id FROM words WHERE ..." of the rows that have any word of that field.
  std::string rows_with_word(const WordField& words) const;
  static bool has_null(const std::vector<json::value>& values);

  const Table& table_;
  CompiledQuery& out_;
};

std::unique_ptr<QueryDialect> sqlite_dialect(const Table& table, CompiledQuery& out);
std::unique_ptr<QueryDialect> postgres_dialect(const Table& table, CompiledQuery& out);

}  // namespace jarvis::server::store
