// The handlers of the tasks service, by idea; each group is a file of the same name (tasks_create.cc...). The rows that
// name them are in tasks.cc. All run inside the transaction they are given, see endpoint.h.
#pragma once

#include "server/endpoint.h"
#include "server/services.h"

namespace jarvis::server::tasks {

#define JV_HANDLER(name) ApiResult<Reply> name(Services& services, store::Transaction& tx, const Call& call)

// tasks_create.cc
JV_HANDLER(create);
JV_HANDLER(validate);
JV_HANDLER(clone);
// tasks_read.cc
JV_HANDLER(get_by_id);
JV_HANDLER(get_all);
JV_HANDLER(get_by_id_ex);
JV_HANDLER(get_all_ex);
JV_HANDLER(get_types);
// tasks_edit.cc
JV_HANDLER(edit);
JV_HANDLER(update);
JV_HANDLER(set_requirements);
JV_HANDLER(move);
// tasks_status.cc
JV_HANDLER(started);
JV_HANDLER(stop);
JV_HANDLER(stopped);
JV_HANDLER(failed);
JV_HANDLER(completed);
JV_HANDLER(close);
JV_HANDLER(publish);
JV_HANDLER(ping);
JV_HANDLER(stop_many);
JV_HANDLER(publish_many);
// tasks_archive.cc
JV_HANDLER(archive);
JV_HANDLER(unarchive);
JV_HANDLER(archive_many);
JV_HANDLER(unarchive_many);
// tasks_queue.cc
JV_HANDLER(enqueue);
JV_HANDLER(dequeue);
JV_HANDLER(enqueue_many);
JV_HANDLER(dequeue_many);
// tasks_remove.cc
JV_HANDLER(reset);
JV_HANDLER(reset_many);
JV_HANDLER(remove);
JV_HANDLER(remove_many);
// tasks_share.cc
JV_HANDLER(share);
JV_HANDLER(update_batch);
// tasks_hyperparams.cc
JV_HANDLER(get_hyper_params);
JV_HANDLER(edit_hyper_params);
JV_HANDLER(delete_hyper_params);
// tasks_configuration.cc
JV_HANDLER(get_configurations);
JV_HANDLER(get_configuration_names);
JV_HANDLER(edit_configuration);
JV_HANDLER(delete_configuration);
// tasks_artifacts.cc
JV_HANDLER(add_or_update_artifacts);
JV_HANDLER(delete_artifacts);
JV_HANDLER(add_or_update_model);
JV_HANDLER(delete_models);

#undef JV_HANDLER

}  // namespace jarvis::server::tasks
