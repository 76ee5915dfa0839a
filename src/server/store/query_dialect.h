// What differs between the databases when a leaf of a filter, an order or a page becomes SQL: one class a database,
// made for one query. The same questions get the same answers from each (query_test.cc).
#pragma once

#include <memory>
#include <utility>

#include "server/store/facts.h"
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

  // Conditions. Under a NOT none of them is ever NULL, so that NOT of a missing field is true; elsewhere NULL is as
  // good as false, and a bare comparison is what an index understands.
  virtual std::string truth(bool value) = 0;
  virtual std::string one_of(const Filter& leaf) = 0;
  virtual std::string list_has(const Filter& leaf) = 0;
  virtual Result<std::string> matches(const Filter& leaf) = 0;
  virtual std::string range(const Filter& leaf) = 0;
  virtual std::string exists(const Filter& leaf) = 0;

  /// Says where the following conditions stand; returns what was said before.
  bool set_negated(bool is_negated) { return std::exchange(is_negated_, is_negated); }

  /// By what rows are put in this order, also by a column of another table that a field leads to.
  std::vector<OrderTerm> terms(const Order& order);
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

  /// The condition, with false for NULL where that makes a difference.
  std::string sure(std::string condition) const {
    return is_negated_ ? "coalesce(" + condition + ", " + std::string(no()) + ")" : "(" + std::move(condition) + ")";
  }
  virtual std::string_view no() const = 0;
  bool has_column(Column::Holds what) const;
  /// "(marks & ?) <> 0" of a list_has of tags: whether the row can have one of them at all. Empty of any other.
  std::string may_have(const Filter& leaf) const;
  /// By a value of the row or its document: what is empty last, then by value.
  virtual std::vector<OrderTerm> order(const Order& order) = 0;
  /// The value of a field as the row itself has it, also inside of a statement about other tables.
  virtual std::string value_of_row(const std::string& key) = 0;
  /// The reference of {"project", "name"}, where that leads to a column of text; null of any other path.
  const ReferenceField* reference_above(const Path& path) const;
  /// That column, of the row whose id is `id`.
  static std::string column_through(const ReferenceField& reference, std::string_view name, const std::string& id);
  /// "<table>." of the row's columns and of its document: behind a reference other tables have the same names.
  std::string of_row() const { return std::string(table_.name) + "."; }
  std::string of_document() const {
    return std::string(table_.documents.empty() ? table_.name : table_.documents) + ".";
  }
  /// Where the value at a path stands in the column `facts`, if it does.
  std::optional<FactPlace> fact(const Path& path) const;
  /// The same for comparing it with these: what is cut off is equal to nothing.
  std::optional<FactPlace> fact_beside(const Path& path, const std::vector<json::value>& values) const;

  const Table& table_;
  CompiledQuery& out_;

 private:
  bool is_negated_ = false;
};

std::unique_ptr<QueryDialect> sqlite_dialect(const Table& table, CompiledQuery& out);
std::unique_ptr<QueryDialect> postgres_dialect(const Table& table, CompiledQuery& out);

}  // namespace jarvis::server::store
