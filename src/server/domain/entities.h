// Tasks, projects and models as a caller may see and change them: its company's own, and public ones to read.
// Runs in the caller's transaction.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "server/call.h"
#include "server/store/documents.h"

namespace jarvis::server::domain {

/// What a missing or foreign entity answers: 400/101 (task), 400/401 (project), 400/201 (model).
ApiError no_such(store::Kind kind, std::string_view id);
/// The entity, if the caller's company owns it or it is public.
ApiResult<json::object> load_visible(store::Transaction& tx, const Call& call, store::Kind kind, std::string_view id);
/// The entity, to change it. A public one is refused: 403/21 (task, project), 400/201 (model).
ApiResult<json::object> load_own(store::Transaction& tx, const Call& call, store::Kind kind, std::string_view id);

/// Sets the dates of a change and stores the entity.
ApiResult<void> save_changed(store::Transaction& tx, const Call& call, store::Kind kind, json::object& entity,
                             WallTime now);

}  // namespace jarvis::server::domain
