// The parts of a task that a request may set (create, edit, clone), and how each is taken over. Pure but for the checks
// of references, which read in the caller's transaction.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "server/call.h"
#include "server/domain/task_document.h"
#include "server/store/store.h"

namespace jarvis::server::domain {

/// Stripped; 400/800 below three characters, 400/12 above limits::name_bytes_max.
ApiResult<std::string> checked_task_name(std::string_view name);
/// 400/12 for a type that is not in the wire's list.
ApiResult<void> check_task_type(std::string_view type);

/// 400/401 when `id` is no project that the caller sees.
ApiResult<void> check_project(store::Transaction& tx, const Call& call, std::string_view id);
/// 400/201 when `id` is no model that the caller sees.
ApiResult<void> check_model(store::Transaction& tx, const Call& call, std::string_view id);

/// Takes every part that `body` names into the draft, replacing the part as a whole: a client that clears a field
/// sends the part without it. The queue and, unless given, the artifacts of `execution` stay. Errors: the checks above,
/// 400/101 for a parent that is none, 400/16 for tags.
ApiResult<void> set_fields(store::Transaction& tx, const Call& call, const json::object& body, TaskDraft& draft);

/// Gives each parameter its section and name, each configuration its name: clients read them from there.
json::object normalized_hyperparams(const json::object& sections);
json::object normalized_configuration(const json::object& items);

}  // namespace jarvis::server::domain
