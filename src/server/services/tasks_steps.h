// The steps that the task handlers share.
#pragma once

#include <functional>
#include <string>

#include "base/json.h"
#include "server/call.h"
#include "server/domain/task_document.h"
#include "server/domain/task_states.h"
#include "server/services.h"
#include "server/store/store.h"

namespace jarvis::server::tasks {

inline domain::Force force_of(const json::object& body) {
  return get_bool_or(body, "force", false) ? domain::Force::yes : domain::Force::no;
}

/// Opens the task that `body.task` names.
ApiResult<domain::TaskDraft> open_task(Services& services, store::Transaction& tx, const Call& call);

/// {"updated": 1, "fields": {...}}
json::object updated(domain::TaskDraft& task);

/// Checks the move, makes it and saves.
ApiResult<void> change_status(store::Transaction& tx, domain::TaskDraft& task, domain::TaskState to,
                              domain::Force force, const domain::StatusNote& note);

/// Puts a task at the end of a queue: status, entry and, after the commit, the wake-up of an agent that waits for it.
/// Errors: 400/706 when it is in that queue already, 400/110 when its status does not allow it.
ApiResult<void> put_in_queue(Services& services, store::Transaction& tx, domain::TaskDraft& task,
                             const json::object& queue, domain::Force force, const domain::StatusNote& note);
/// What a task becomes when it is taken off its queue without being run: what it was before.
domain::TaskState state_before_queue(const json::object& task);

/// One task of a *_many call: what to add to its row of `succeeded`.
using OneOfMany = std::function<ApiResult<json::object>(const std::string& id)>;
/// {"succeeded": [{id, ...}], "failed": [{id, error {codes, msg, data}}]}; the first error when nothing worked.
ApiResult<Reply> for_each_id(const Call& call, const OneOfMany& one);

}  // namespace jarvis::server::tasks
