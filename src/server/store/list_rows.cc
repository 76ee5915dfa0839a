#include "server/store/list_rows.h"

#include <algorithm>
#include <iterator>

namespace jarvis::server::store {
namespace {

constexpr std::size_t kValuesMax = 64;
// Microseconds, as the plan estimates them.
constexpr double kSlow = 10'000;
// So many pages must fit: of a few rows all over the table, each part would look at all of its own.
constexpr double kPages = 20;

bool leads_an_index_of_groups(const Table& table, const Path& field) {
  return field.size() == 1 && std::ranges::any_of(table.indexes, [&](const Index& index) {
           return index.order == Index::Order::groups && index.columns.front() == field[0];
         });
}

bool asks_for(const Filter& filter, const Path& field) {
  if (filter.kind == Filter::Kind::all)
    return std::ranges::any_of(filter.children, [&](const Filter& child) { return asks_for(child, field); });
  return filter.field == field;
}

/// From one value to the next by the index that the column leads.
Result<std::vector<std::string>> values_of(Transaction& tx, const Table& table, std::string_view column) {
  const std::string name = "\"" + std::string(column) + "\"", from = " FROM " + std::string(table.name);
  TRY(const Rows rows, tx.run_sql("WITH RECURSIVE each_value(value) AS (SELECT min(" + name + ")" + from +
                                      " UNION ALL SELECT (SELECT min(" + name + ")" + from + " WHERE " + name +
                                      " > each_value.value) FROM each_value WHERE each_value.value IS NOT NULL) "
                                      "SELECT value FROM each_value WHERE value IS NOT NULL LIMIT " +
                                      std::to_string(kValuesMax + 1),
                                  {}));
  std::vector<std::string> out;
  for (const Row& row : rows)
    out.push_back(row.text(0));
  return out;
}

Result<Rows> run(Transaction& tx, const Table& table, std::string_view what, const Plan& plan) {
  TRY(const CompiledQuery compiled, compile(tx.dialect(), table, what, plan.query, plan.way));
  return tx.run_sql(compiled.sql, compiled.params());
}

/// The lists of these queries as one: as much of it as was asked for.
Result<Rows> joined(Transaction& tx, const Table& table, std::string_view what, std::vector<Query> parts,
                    const Query& asked) {
  const std::size_t wanted = asked.offset + asked.limit;
  Rows out;
  for (Query& part : parts) {
    if (out.size() == wanted) break;
    part.limit = wanted - out.size();
    TRY(const Plan chosen, plan(tx, table, part));
    TRY(Rows rows, run(tx, table, what, chosen));
    std::ranges::move(rows, std::back_inserter(out));
  }
  out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(std::min(asked.offset, out.size())));
  return out;
}

}  // namespace

Result<Rows> list_rows(Transaction& tx, const Table& table, std::string_view what, const Query& query) {
  TRY(const Plan whole, plan(tx, table, query));
  if (is_better_by_value(whole, query)) {
    TRY(auto parts, parts_by_value(tx, table, query));
    if (!parts.empty()) return joined(tx, table, what, std::move(parts), query);
  }
  return run(tx, table, what, whole);
}

Result<std::vector<Query>> parts_by_value(Transaction& tx, const Table& table, const Query& query) {
  std::vector<Query> out;
  if (query.order.empty() || query.after) return out;
  const Path& field = query.order.front().field;
  if (!leads_an_index_of_groups(table, field) || asks_for(query.where, field)) return out;
  TRY(std::vector<std::string> values, values_of(tx, table, field[0]));
  if (values.size() > kValuesMax) return out;
  if (query.order.front().descending) std::ranges::reverse(values);
  const auto add = [&](json::value value) {
    Query part = query;
    part.where = filter::all({query.where, filter::equals(field, std::move(value))});
    part.order.erase(part.order.begin());
    part.limit = SIZE_MAX;
    part.offset = 0;
    out.push_back(std::move(part));
  };
  for (const std::string& value : values)
    add(json::value(value));
  add(nullptr);
  return out;
}

bool is_better_by_value(const Plan& plan, const Query& query) {
  return query.limit != SIZE_MAX && plan.cost > kSlow &&
         plan.found > kPages * static_cast<double>(query.limit + query.offset);
}

}  // namespace jarvis::server::store
