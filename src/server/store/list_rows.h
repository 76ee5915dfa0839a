// The rows of a list. Over SQLite, one that is ordered by a column of few values (a status, a type, a user) and then by
// something else may be taken as the lists of these values one after the other: no index holds both orders, but each of
// the parts is in the order of one.
#pragma once

#include <vector>

#include "server/store/query_plan.h"

namespace jarvis::server::store {

/// "SELECT <what> FROM table" of a query, by the way that its plan names. Errors: the store's.
Result<Rows> list_rows(Transaction& tx, const Table& table, std::string_view what, const Query& query);

/// The same list in parts, one a value, in order; without a limit or an offset. None where the list is not ordered so,
/// asks for values of that column itself, or the values are many.
Result<std::vector<Query>> parts_by_value(Transaction& tx, const Table& table, const Query& query);
/// Whether that is worth while: sorted as a whole the list would be slow, and so many rows fit that a page comes from
/// the first values.
bool is_better_by_value(const Plan& plan, const Query& query);

}  // namespace jarvis::server::store
