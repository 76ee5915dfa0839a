// What the lists of projects, models and users know; tasks and queues are in task_list.h.
#pragma once

#include "server/domain/task_list.h"

namespace jarvis::server::domain {

extern const ListTable kProjectLists;
extern const ListTable kModelLists;
extern const ListTable kUserLists;

/// The documents of one kind that a request asks for, as they go out.
ApiResult<json::object> list_reply(store::Transaction& tx, const Call& call, const ListTable& table, store::Kind kind,
                                   std::string_view key, References references);

}  // namespace jarvis::server::domain
