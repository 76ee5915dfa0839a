// Which way SQLite takes through a table. It keeps no statistics of values and would guess: an index that fits a
// filter, though nearly every row does, or one in the order of a list, though no row that fits comes for a long while.
// Here a sample of the rows says how many fit each condition, and the cheapest way is named to SQLite. PostgreSQL knows
// its rows and plans for itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/store/query_sql.h"

namespace jarvis::server::store {

struct Plan {
  Query query;      // the same question; words are looked up from the cheaper side (Filter::by_row)
  std::string way;  // " INDEXED BY ...", " NOT INDEXED", or nothing where it does not matter
  // Estimates; 0 where nothing was estimated.
  double cost = 0;   // microseconds
  double found = 0;  // rows that fit
};

/// The answer is the same whatever comes out. Costs a few hundred microseconds on a large table. `wanted` are the
/// columns that are read of each row that fits.
Result<Plan> plan(Transaction& tx, const Table& table, const Query& query,
                  std::vector<std::string_view> wanted = {"id"});

}  // namespace jarvis::server::store
