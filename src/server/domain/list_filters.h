// The filters of a list request as one store::Filter. Pure.
#pragma once

#include "server/domain/task_list.h"

namespace jarvis::server::domain {

/// Errors: 400/12 for a condition that is none, 400/21 for a pattern that is none.
ApiResult<store::Filter> filter_from(const Call& call, const ListTable& table);

/// Where a dotted name of a request stands in the document: clients of older shapes and the tables of a web page point
/// with shorter names.
store::Path stored_path(std::string_view dotted);
/// True for a field of the table, or any path below one of its free fields.
bool is_known(const ListTable& table, std::string_view dotted);

}  // namespace jarvis::server::domain
