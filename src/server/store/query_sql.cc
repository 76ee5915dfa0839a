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
  const auto found = std::ranges::find_if(
      table_.columns, [&](const Column& c) { return c.holds == Column::Holds::field && c.name == path.front(); });
  return found == table_.columns.end() ? nullptr : &*found;
}

const WordField* QueryDialect::words_of(const Filter& leaf) const {
  const auto found = std::find_if(table_.words.begin(), table_.words.end(), [&](const WordField& words) {
    return words.item == leaf.item && words.path() == leaf.field;
  });
  return found == table_.words.end() ? nullptr : &*found;
}

bool QueryDialect::has_column(Column::Holds what) const {
  return std::ranges::any_of(table_.columns, [&](const Column& column) { return column.holds == what; });
}

std::string QueryDialect::may_have(const Filter& leaf) const {
  if (!leaf.item.empty() || leaf.values.empty() || !has_column(Column::Holds::marks)) return {};
  const std::int64_t bits = marks_of(leaf);
  return bits == 0 ? "" : "(marks & " + std::to_string(bits) + ") <> 0";
}

std::optional<FactPlace> QueryDialect::fact(const Path& path) const {
  return has_column(Column::Holds::facts) ? fact_at(path) : std::nullopt;
}

std::optional<FactPlace> QueryDialect::fact_beside(const Path& path, const std::vector<json::value>& values) const {
  const bool is_long = std::ranges::any_of(
      values, [](const json::value& value) { return value.is_string() && value.get_string().size() > kFactTextMax; });
  return is_long ? std::nullopt : fact(path);
}

const ReferenceField* QueryDialect::reference_above(const Path& path) const {
  if (path.size() != 2) return nullptr;
  const auto found = std::ranges::find(table_.references, path[0], &ReferenceField::field);
  if (found == table_.references.end()) return nullptr;
  const bool leads_to_text = std::ranges::any_of(found->columns, [&](const Column& c) {
    return c.name == path[1] && c.holds == Column::Holds::field && !c.is_number;
  });
  return leads_to_text ? &*found : nullptr;
}

std::string QueryDialect::column_through(const ReferenceField& reference, std::string_view name,
                                         const std::string& id) {
  return "(SELECT target.\"" + std::string(name) + "\" FROM " + std::string(reference.table) +
         " AS target WHERE target.id = " + id + ")";
}

std::vector<OrderTerm> QueryDialect::terms(const Order& order) {
  const ReferenceField* reference = reference_above(order.field);
  if (reference == nullptr) return this->order(order);
  const std::string id = value_of_row(order.field.front());
  return {{column_through(*reference, order.field.back(), id), OrderTerm::Type::text, order.descending}};
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
      if (child.kind == Filter::Kind::list_has) child.by_row = true;
      const bool was_negated = dialect.set_negated(true);
      const auto text = condition(dialect, child);
      dialect.set_negated(was_negated);
      if (!text) return text;
      return "NOT " + *text;
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
      if (filter.by_row)
        return "EXISTS (SELECT 1 FROM words WHERE kind = 'project' AND field = 'hidden' AND words.id = project)";
      return "coalesce(project IN (SELECT id FROM words WHERE kind = 'project' AND field = 'hidden'), " +
             dialect.truth(false) + ")";
  }
  return dialect.truth(false);
}

}  // namespace

namespace {

/// The document's id ends every order: no two rows have one place.
std::vector<OrderTerm> terms_of(QueryDialect& dialect, const std::vector<Order>& orders) {
  std::vector<OrderTerm> out;
  for (const Order& order : orders) {
    for (OrderTerm& term : dialect.terms(order))
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

/// The table, with its documents where these are asked for. SQLite is held to this order: a row before its document.
std::string from(Dialect kind, const Table& table, const CompiledQuery& query, std::string_view way = {}) {
  std::string out = std::string(table.name) + std::string(way);
  if (!query.uses_document || table.documents.empty()) return out;
  return out + (kind == Dialect::sqlite ? " CROSS JOIN " : " JOIN ") + std::string(table.documents) + " USING (id)";
}

Result<CompiledQuery> compile_list(Dialect kind, const Table& table, std::string_view what, const Query& query,
                                   std::string_view way, bool with_keys) {
  CompiledQuery out;
  const auto dialect = make_dialect(kind, table, out);
  TRY(const std::string where, condition(*dialect, query.where));
  const std::vector<OrderTerm> terms = terms_of(*dialect, query.order);
  std::string sql = "SELECT " + std::string(what);
  if (with_keys) {
    for (const OrderTerm& term : terms)
      sql += ", " + dialect->key(term);
  }
  sql += " FROM " + from(kind, table, out, way) + " WHERE " + where;
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

Result<CompiledQuery> compile(Dialect kind, const Table& table, std::string_view what, const Query& query,
                              std::string_view way) {
  return compile_list(kind, table, what, query, way, false);
}

Result<CompiledQuery> compile_with_keys(Dialect kind, const Table& table, std::string_view what, const Query& query,
                                        std::string_view way) {
  return compile_list(kind, table, what, query, way, true);
}

Result<CompiledQuery> compile_sample(const Table& table, std::span<const Filter> filters, const json::array& rowids) {
  CompiledQuery out;
  const auto dialect = make_dialect(Dialect::sqlite, table, out);
  // As under a NOT: the answer is 1 or 0, never NULL.
  dialect->set_negated(true);
  std::string what;
  for (const Filter& filter : filters) {
    TRY(const std::string text, condition(*dialect, filter));
    what += (what.empty() ? "" : ", ") + text;
  }
  const std::string places = "?" + out.bind(to_text(rowids));
  out.sql = "SELECT " + what + " FROM " + std::string(table.name) + " WHERE rowid IN (SELECT value FROM json_each(" +
            places + "))";
  return out;
}

Result<CompiledQuery> compile_group(Dialect kind, const Table& table, const Grouping& grouping, const Filter& where,
                                    std::string_view way) {
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
  out.sql = "SELECT " + what + " FROM " + from(kind, table, out, way) + " WHERE " + text;
  if (!by.empty()) out.sql += " GROUP BY " + by + " ORDER BY " + by;
  return out;
}

namespace {

/// True when nearly every row fits: all that is asked is whose it is.
bool asks_company_only(const Filter& filter) {
  if (filter.kind == Filter::Kind::all) return std::ranges::all_of(filter.children, asks_company_only);
  return filter.kind == Filter::Kind::one_of && filter.field == Path{"company"};
}

}  // namespace

Result<CompiledQuery> compile_words(Dialect kind, const Table& table, std::string_view field, const Filter& where) {
  CompiledQuery out;
  const auto dialect = make_dialect(kind, table, out);
  TRY(const std::string text, condition(*dialect, where));
  const std::string these = "kind = '" + std::string(table.kind) + "' AND field = '" + std::string(field) + "'";
  if (!asks_company_only(where)) {
    out.sql = "SELECT DISTINCT value FROM words WHERE " + these + " AND id IN (SELECT id FROM " +
              from(kind, table, out) + " WHERE " + text + ") ORDER BY value";
    return out;
  }
  // From one word to the next, and of its rows no more than the first that fits.
  out.sql = "WITH RECURSIVE each_word(value) AS (SELECT min(value) FROM words WHERE " + these +
            " UNION ALL SELECT (SELECT min(value) FROM words WHERE " + these +
            " AND value > each_word.value) FROM each_word WHERE each_word.value IS NOT NULL) "
            "SELECT value FROM each_word WHERE value IS NOT NULL AND EXISTS (SELECT 1 FROM words JOIN " +
            std::string(table.name) + " USING (id) WHERE " + these + " AND words.value = each_word.value AND " + text +
            ") ORDER BY value";
  return out;
}

Result<CompiledQuery> compile_count(Dialect kind, const Table& table, const Filter& where, std::string_view way,
                                    std::size_t most) {
  CompiledQuery out;
  const auto dialect = make_dialect(kind, table, out);
  TRY(const std::string text, condition(*dialect, where));
  const std::string rows = " FROM " + from(kind, table, out, way) + " WHERE " + text;
  out.sql = most == SIZE_MAX ? "SELECT count(*)" + rows
                             : "SELECT count(*) FROM (SELECT 1" + rows + dialect->page(most, 0) + ") AS counted";
  return out;
}

}  // namespace jarvis::server::store
