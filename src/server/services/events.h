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
ApiResult<Reply> multi_task_metrics(Services& services, store::Transaction& tx, const Call& call);
/// The curves of a task as events, for get_task_events.
json::array scalar_events(const std::string& task, const events::SeriesMap& series);

// events_read.cc
ApiResult<Reply> get_task_log(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> get_task_events(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> task_plots(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> multi_task_plots(Services& services, store::Transaction& tx, const Call& call);

// events_drawings.cc
json::object drawing_event(events::DrawingKind kind, const std::string& task, const events::Drawing& drawing);
ApiResult<Reply> debug_images(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> plots(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> vector_names(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> vector_histogram(Services& services, store::Transaction& tx, const Call& call);

// events_samples.cc
ApiResult<Reply> debug_image_sample(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> next_debug_image_sample(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> plot_sample(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> next_plot_sample(Services& services, store::Transaction& tx, const Call& call);

// events_lines.cc
ApiResult<Reply> get_log_lines(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> search_log(Services& services, const Call& call);

// events_curves.cc
ApiResult<Reply> get_curves(Services& services, const Call& call);

// events_download.cc
ApiResult<Reply> download_task_log(Services& services, const Call& call);

/// True when `wanted` (a list of {metric, variants}) is missing or empty, or names the series.
bool is_asked_for(const json::array* wanted, const events::SeriesName& name);
/// The same as what a read of curves is told; `wanted` must outlive it.
events::SeriesFilter those_asked_for(const json::array* wanted);

/// A scroll keeps its place in its own id: nothing to remember here, nothing that ends while someone reads.
std::string scroll_id_of(const json::object& place);
/// The place, empty for no id. 400/16 for an id that no scroll of this server gave.
ApiResult<json::object> scroll_place(const json::object& body);

}  // namespace jarvis::server::event_calls
