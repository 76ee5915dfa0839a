#include "server/store/query_sql.h"

#include <algorithm>

#include "server/store/query_dialect.h"
#include "server/store/words.h"

namespace jarvis::server::store {

std::vector<Param> CompiledQuery::params() const {
  std::vector<Param> out;
  for (const auto& value : values_) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      out.emplace_back(std::string_view(*text));
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      out.emplace_back(*integer);
    } else {
      out.emplace_back(std::get<double>(value));
    }
  }
  return out;
}

std::string CompiledQuery::bind(std::variant<std::int64_t, double, std::string> value) {
  values_.push_back(std::move(value));
  return std::to_string(values_.size());
}

const Column* QueryDialect::column(const Path& path) const {
  if (path.size() != 1) return nullptr;
  const auto found = std::find_if(table_.columns.begin(), table_.columns.end(),
                                  [&](const Column& c) { return c.name == path.front(); });
  return found == table_.columns.end() ? nullptr : &*found;
}

const WordField* QueryDialect::words_of(const Filter& leaf) const {
  const auto found = std::find_if(table_.words.begin(), table_.words.end(), [&](const WordField& words) {
    return words.item == leaf.item && words.path() == leaf.field;
  });
  return found == table_.words.end() ? nullptr : &*found;
}

std::string QueryDialect::rows_with_word(const WordField& words) const {
  return "SELECT id FROM words WHERE kind = '" + std::string(table_.kind) + "' AND field = '" +
         std::string(words.name) + "'";
}

bool QueryDialect::has_null(const std::vector<json::value>& values) {
  return std::any_of(values.begin(), values.end(), [](const json::value& v) { return v.is_null(); });
}

namespace {

std::unique_ptr<QueryDialect> make_dialect(Dialect dialect, const Table& table, CompiledQuery& out) {
  switch (dialect) {
    case Dialect::sqlite:
      return sqlite_dialect(table, out);
    case Dialect::postgres:
      return postgres_dialect(table, out);
  }
  return nullptr;
}

Result<std::string> condition(QueryDialect& dialect, const Filter& filter);

Result<std::string> join(QueryDialect& dialect, const std::vector<Filter>& children, std::string_view by, bool none) {
  if (children.empty()) return dialect.truth(none);
  std::string out = "(";
  for (const Filter& child : children) {
    if (out.size() > 1) out += by;
    TRY(const std::string text, condition(dialect, child));
    out += text;
  }
  return out + ")";
}

Result<std::string> condition(QueryDialect& dialect, const Filter& filter) {
  switch (filter.kind) {
    case Filter::Kind::all:
      return join(dialect, filter.children, " AND ", true);
    case Filter::Kind::any:
      return join(dialect, filter.children, " OR ", false);
    case Filter::Kind::negate: {
      // Few rows have what a list leaves out: it looks each of its rows up.
      Filter child = filter.children.front();
      child.by_row = true;
      TRY(const std::string text, condition(dialect, child));
      return "NOT " + text;
    }
    case Filter::Kind::one_of:
      return dialect.one_of(filter);
    case Filter::Kind::list_has:
      return dialect.list_has(filter);
    case Filter::Kind::matches:
      return dialect.matches(filter);
    case Filter::Kind::range:
      return dialect.range(filter);
    case Filter::Kind::exists:
      return dialect.exists(filter);
    case Filter::Kind::in_hidden_project:
      return "EXISTS (SELECT 1 FROM words WHERE kind = 'project' AND field = 'hidden' AND words.id = project)";
  }
  return dialect.truth(false);
}

}  // namespace

namespace {

/// The document's id ends every order: no two rows have one place.
std::vector<OrderTerm> terms_of(QueryDialect& dialect, const std::vector<Order>& orders) {
  std::vector<OrderTerm> out;
  for (const Order& order : orders) {
    for (OrderTerm& term : dialect.order(order))
      out.push_back(std::move(term));
  }
  out.push_back({"id", OrderTerm::Type::text, false});
  return out;
}

/// "comes after the row with these keys": behind it by the first term, or level with it there and behind by the rest.
std::string after(QueryDialect& dialect, const std::vector<OrderTerm>& terms, const json::array& keys, std::size_t i) {
  const std::string key = dialect.key(terms[i]);
  const bool is_last = i + 1 == terms.size();
  if (keys[i].is_null()) return "(" + key + " IS NULL AND " + after(dialect, terms, keys, i + 1) + ")";
  const std::string value = dialect.key_value(terms[i], keys[i]);
  const std::string beyond = key + (terms[i].descending ? " < " : " > ") + value;
  if (is_last) return beyond;
  std::string out = "(" + beyond + " OR (" + key + " = " + value + " AND " + after(dialect, terms, keys, i + 1) + ")";
  if (terms[i].type != OrderTerm::Type::flag) out += " OR " + key + " IS NULL";
  return out + ")";
}

/// A bound that an index can use, where the first term is a column that no document leaves empty.
std::string lower_bound(QueryDialect& dialect, const std::vector<OrderTerm>& terms, const json::array& keys) {
  const std::string& column = terms.front().expression;
  const bool is_always_set = column == "last_update" || column == "created" || column == "\"last_update\"" ||
                             column == "\"created\"" || column == "id";
  if (!is_always_set || keys.front().is_null()) return {};
  return column + (terms.front().descending ? " <= " : " >= ") + dialect.key_value(terms.front(), keys.front()) +
         " AND ";
}

Result<CompiledQuery> compile_list(Dialect kind, const Table& table, std::string_view what, const Query& query,
                                   bool with_keys) {
  CompiledQuery out;
  const auto dialect = make_dialect(kind, table, out);
  TRY(const std::string where, condition(*dialect, query.where));
  const std::vector<OrderTerm> terms = terms_of(*dialect, query.order);
  std::string sql = "SELECT " + std::string(what);
  if (with_keys) {
    for (const OrderTerm& term : terms)
      sql += ", " + dialect->key(term);
  }
  sql += " FROM " + std::string(table.name) + " WHERE " + where;
  if (query.after) {
    if (query.after->size() != terms.size())
      return Error(ErrorCode::invalid_argument, "a place in another order than the list's");
    sql += " AND " + lower_bound(*dialect, terms, *query.after) + after(*dialect, terms, *query.after, 0);
  }
  std::string order;
  for (const OrderTerm& term : terms) {
    order += (order.empty() ? "" : ", ") + term.expression + (term.descending ? " DESC" : "");
    if (term.type != OrderTerm::Type::flag && term.expression != "id") order += " NULLS LAST";
  }
  sql += " ORDER BY " + order;
  if (query.limit != SIZE_MAX || query.offset != 0) sql += dialect->page(query.limit, query.offset);
  out.sql = std::move(sql);
  return out;
}

}  // namespace

Result<CompiledQuery> compile(Dialect kind, const Table& table, std::string_view what, const Query& query) {
  return compile_list(kind, table, what, query, false);
}

Result<CompiledQuery> compile_with_keys(Dialect kind, const Table& table, std::string_view what, const Query& query) {
  return compile_list(kind, table, what, query, true);
}

Result<CompiledQuery> compile_group(Dialect kind, const Table& table, const Grouping& grouping, const Filter& where) {
  CompiledQuery out;
  const auto dialect = make_dialect(kind, table, out);
  const auto quoted = [](std::string_view column) { return "\"" + std::string(column) + "\""; };
  std::string by;
  for (const std::string_view column : grouping.by)
    by += (by.empty() ? "" : ", ") + quoted(column);
  std::string what = by.empty() ? "count(*)" : by + ", count(*)";
  for (const std::string_view column : grouping.sums)
    what += ", CAST(sum(" + quoted(column) + ") AS bigint)";
  for (const std::string_view column : grouping.maxima)
    what += ", max(" + quoted(column) + ")";
  TRY(const std::string text, condition(*dialect, where));
  out.sql = "SELECT " + what + " FROM " + std::string(table.name) + " WHERE " + text;
  if (!by.empty()) out.sql += " GROUP BY " + by + " ORDER BY " + by;
  return out;
}

Result<CompiledQuery> compile_words(Dialect kind, const Table& table, std::string_view field, const Filter& where) {
  CompiledQuery out;
  const auto dialect = make_dialect(kind, table, out);
  TRY(const std::string text, condition(*dialect, where));
  out.sql = "SELECT DISTINCT value FROM words WHERE kind = '" + std::string(table.kind) + "' AND field = '" +
            std::string(field) + "' AND id IN (SELECT id FROM " + std::string(table.name) + " WHERE " + text +
            ") ORDER BY value";
  return out;
}

Result<CompiledQuery> compile_count(Dialect kind, const Table& table, const Filter& where) {
  CompiledQuery out;
  const auto dialect = make_dialect(kind, table, out);
  TRY(const std::string text, condition(*dialect, where));
  out.sql = "SELECT count(*) FROM " + std::string(table.name) + " WHERE " + text;
  return out;
}

}  // namespace jarvis::server::store
