// The handlers of the models service, by idea; each group is a file of the same name. The rows that name them are in
// models.cc. All run inside the transaction they are given, see endpoint.h.
#pragma once

#include "server/endpoint.h"
#include "server/services.h"

namespace jarvis::server::models {

#define JV_HANDLER(name) ApiResult<Reply> name(Services& services, store::Transaction& tx, const Call& call)

// models_edit.cc
JV_HANDLER(create);
JV_HANDLER(edit);
JV_HANDLER(update_for_task);
JV_HANDLER(move);
// models_read.cc
JV_HANDLER(get_by_id);
JV_HANDLER(get_by_task_id);
JV_HANDLER(get_all);
JV_HANDLER(get_all_ex);
JV_HANDLER(get_by_id_ex);
JV_HANDLER(get_frameworks);
// models_publish.cc
JV_HANDLER(set_ready);
JV_HANDLER(publish_many);
JV_HANDLER(archive_many);
JV_HANDLER(unarchive_many);
// models_remove.cc
JV_HANDLER(remove);
JV_HANDLER(remove_many);
// models_metadata.cc
JV_HANDLER(add_or_update_metadata);
JV_HANDLER(delete_metadata);

#undef JV_HANDLER

/// A list of {key, type, value}, as clients send metadata, as the object that is stored.
json::object metadata_object(const json::value& given);

}  // namespace jarvis::server::models
