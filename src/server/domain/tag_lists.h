// The tags in use, by kind of entity and project. Runs in the caller's transaction.
#pragma once

#include <vector>

#include "base/json.h"
#include "server/call.h"
#include "server/store/documents.h"

namespace jarvis::server::domain {

/// {"tags": [...]} and, when the request says include_system, {"system_tags": [...]}: of the entities of these kinds in
/// the request's `projects` (all when empty) that its `filter` {tags, system_tags} lets through.
ApiResult<json::object> tags_of(store::Transaction& tx, const Call& call, const std::vector<store::Kind>& kinds);

}  // namespace jarvis::server::domain
