// The handlers of the events service; the rows that name them are in events.cc.
#pragma once

#include "server/endpoint.h"
#include "server/events/event_store.h"

namespace jarvis::server::event_calls {

/// 400/101 unless the caller sees the task (or the model, with `model_events`).
ApiResult<TaskId> readable_task(store::Transaction& tx, const Call& call, const std::string& id);

// events_scalars.cc
ApiResult<Reply> scalar_histogram(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> multi_task_histogram(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> scalar_raw(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> scalar_metric_data(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> scalar_names(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> single_values(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> latest_values(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> task_metrics(Services& services, store::Transaction& tx, const Call& call);
/// The curves of a task as events, for get_task_events.
json::array scalar_events(const std::string& task, const events::SeriesMap& series);

// events_read.cc
ApiResult<Reply> get_task_log(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> get_task_events(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> task_plots(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> multi_task_plots(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> debug_images(Services& services, store::Transaction& tx, const Call& call);

}  // namespace jarvis::server::event_calls
