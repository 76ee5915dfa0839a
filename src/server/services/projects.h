// The handlers of the projects service, by idea; each group is a file of the same name. The rows that name them are in
// projects.cc. Those that take a transaction run inside it, the others open their own: see endpoint.h.
#pragma once

#include "server/endpoint.h"
#include "server/services.h"

namespace jarvis::server::projects {

#define JV_HANDLER(name) ApiResult<Reply> name(Services& services, store::Transaction& tx, const Call& call)
#define JV_POOL_HANDLER(name) ApiResult<Reply> name(Services& services, const Call& call)

// projects_edit.cc
JV_HANDLER(create);
JV_HANDLER(update);
// projects_move.cc
JV_HANDLER(move);
JV_HANDLER(merge);
// projects_read.cc
JV_HANDLER(get_by_id);
JV_HANDLER(get_all);
JV_POOL_HANDLER(get_all_ex);
JV_POOL_HANDLER(get_by_id_ex);
// projects_remove.cc
JV_HANDLER(validate_delete);
JV_HANDLER(remove);
// projects_tags.cc
JV_HANDLER(get_task_tags);
JV_HANDLER(get_model_tags);
JV_HANDLER(get_project_tags);
JV_HANDLER(get_task_parents);
JV_HANDLER(get_user_names);
// projects_values.cc: these read every document of a project
JV_POOL_HANDLER(get_unique_metric_variants);
JV_POOL_HANDLER(get_hyper_parameters);
JV_POOL_HANDLER(get_hyperparam_values);
JV_POOL_HANDLER(get_model_metadata_keys);
JV_POOL_HANDLER(get_model_metadata_values);

#undef JV_HANDLER
#undef JV_POOL_HANDLER

// projects_edit.cc: steps that several handlers take.

/// Gives a project and all below it their names under a new path. 400/801 when one of them is taken.
ApiResult<std::int64_t> rename_tree(store::Transaction& tx, const Call& call, const json::object& project,
                                    const std::string& name, WallTime now);

// projects_stats.cc

/// Adds what a request for statistics asks for to each of a list of projects.
ApiResult<void> add_stats(Services& services, store::Transaction& tx, const Call& call, json::array& projects);
/// Adds own_tasks and own_models: what is in the project itself.
ApiResult<void> add_own_contents(store::Transaction& tx, const Call& call, json::array& projects);
/// Adds dataset_stats: how many files of which size the newest version in each project has.
ApiResult<void> add_dataset_stats(store::Transaction& tx, json::array& projects);

}  // namespace jarvis::server::projects
