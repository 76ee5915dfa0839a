// The events service: what tasks report, in and out. Storing is in events/; this file gives it the wire's shapes.
#include "server/services/events.h"

#include <algorithm>
#include <array>

#include "server/domain/task_document.h"
#include "server/endpoint.h"
#include "server/events/event_store.h"
#include "server/services.h"
#include "server/store/documents.h"

namespace jarvis::server::event_calls {
namespace {

json::object errors_info(const events::AddOutcome& outcome) {
  json::object out;
  for (const auto& [text, count] : outcome.errors)
    out[text] = count;
  return out;
}

ApiResult<events::AddOutcome> store_lines(Services& services, const Call& call, std::string_view lines) {
  auto batch = events::parse_event_lines(lines, services.clock.wall().ms());
  if (!batch) return ApiError(api::malformed_request, batch.error().message());
  if (batch->event_count == 0) return ApiError(api::empty_batch);
  TRY(events::AddOutcome outcome,
      services.store.write([&](store::Transaction& tx) { return services.events.add(tx, call, *batch); }));
  if (outcome.added == 0) return ApiError(api::events_not_added).with("errors", errors_info(outcome));
  return outcome;
}

/// The task that `body.task` names, to delete what it reported: whoever may change the task. 400/110 for a published
/// one unless the caller says allow_locked.
ApiResult<TaskId> task_to_clear(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "task", "");
  TRY(const auto task, domain::TaskDraft::open(tx, call, id, services.clock.wall()));
  if (!get_bool_or(call.body, "allow_locked", false) && events::is_locked(task.doc())) {
    return ApiError(api::invalid_task_status, "the task is " + get_string_or(task.doc(), "status", "") +
                                                  ": its events stay unless allow_locked is set");
  }
  return TaskId(id);
}

}  // namespace

// Parsing a batch of 15 MB takes its time and the commit is waited for: both on the pool.
ApiResult<Reply> add_batch(Services& services, const Call& call) {
  TRY(const events::AddOutcome outcome, store_lines(services, call, call.raw_body));
  std::int64_t errors = 0;
  for (const auto& [text, count] : outcome.errors)
    errors += count;
  return json::object{{"added", outcome.added}, {"errors", errors}, {"errors_info", errors_info(outcome)}};
}

ApiResult<Reply> add(Services& services, const Call& call) {
  TRY(const events::AddOutcome outcome, store_lines(services, call, to_text(call.body)));
  return json::object{{"added", outcome.added}, {"errors", 0}, {"errors_info", json::object()}};
}

ApiResult<Reply> delete_for_task(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const TaskId task, task_to_clear(services, tx, call));
  CHECK_OK(services.events.delete_task_events(tx, task));
  return json::object{{"deleted", true}};
}

ApiResult<Reply> delete_for_model(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "model", "");
  TRY(const auto model, store::get(tx, store::Kind::model, id));
  if (!model || get_string_or(*model, "company", "") != call.identity.company.str())
    return ApiError(api::invalid_model_id, "id=" + id);
  CHECK_OK(services.events.delete_task_events(tx, TaskId(id)));
  return json::object{{"deleted", true}};
}

// A scroll's place is in its id: there is nothing to free, for an id of any age.
ApiResult<Reply> clear_scroll(Services&, store::Transaction&, const Call&) {
  return json::object();
}

// A hundred years: nothing is older.
constexpr std::int64_t kKeepSecondsMax = 100LL * 366 * 24 * 3600;

ApiResult<Reply> clear_task_log(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const TaskId task, task_to_clear(services, tx, call));
  std::optional<std::int64_t> before;
  if (const auto keep = get_int(call.body, "threshold_sec"); keep && *keep > 0)
    before = services.clock.wall().ms() - std::min(*keep, kKeepSecondsMax) * 1000;
  TRY(const std::int64_t deleted, services.events.delete_log(tx, task, before));
  return json::object{{"deleted", deleted}};
}

}  // namespace jarvis::server::event_calls

namespace jarvis::server {

std::span<const Endpoint> events_endpoints() {
  using namespace event_calls;
  constexpr auto signed_in = Access::signed_in;
  static const std::array rows{
      Endpoint{"events.add", {2, 1}, signed_in, Pool{add}},
      Endpoint{"events.add_batch", {2, 1}, signed_in, Pool{add_batch}, Body::lines},
      Endpoint{"events.delete_for_task", {2, 1}, signed_in, Write{delete_for_task}},
      Endpoint{"events.delete_for_model", {2, 1}, signed_in, Write{delete_for_model}},
      Endpoint{"events.clear_scroll", {2, 18}, signed_in, Read{clear_scroll}},
      Endpoint{"events.download_task_log", {2, 1}, signed_in, Pool{download_task_log, Effect::reads}},
      Endpoint{"events.clear_task_log", {2, 1}, signed_in, Write{clear_task_log}},
      Endpoint{"events.get_task_log", {1, 5}, signed_in, Read{get_task_log}},
      Endpoint{"events.get_task_events", {2, 1}, signed_in, Read{get_task_events}},
      Endpoint{"events.get_log_lines", {2, 31}, signed_in, Read{get_log_lines}},
      Endpoint{"events.search_log", {2, 31}, signed_in, Pool{search_log, Effect::reads}},
      Endpoint{"events.get_curves", {2, 31}, signed_in, Pool{get_curves, Effect::reads}},
      Endpoint{"events.scalar_metrics_iter_histogram", {2, 1}, signed_in, Read{scalar_histogram}},
      Endpoint{"events.multi_task_scalar_metrics_iter_histogram", {2, 1}, signed_in, Read{multi_task_histogram}},
      Endpoint{"events.scalar_metrics_iter_raw", {2, 16}, signed_in, Read{scalar_raw}},
      Endpoint{"events.get_scalar_metric_data", {2, 1}, signed_in, Read{scalar_metric_data}},
      Endpoint{"events.get_scalar_metrics_and_variants", {2, 1}, signed_in, Read{scalar_names}},
      Endpoint{"events.get_task_single_value_metrics", {2, 20}, signed_in, Read{single_values}},
      Endpoint{"events.get_task_latest_scalar_values", {2, 1}, signed_in, Read{latest_values}},
      Endpoint{"events.get_task_metrics", {2, 7}, signed_in, Read{task_metrics}},
      Endpoint{"events.get_multi_task_metrics", {2, 1}, signed_in, Read{multi_task_metrics}},
      Endpoint{"events.get_task_plots", {2, 1}, signed_in, Read{task_plots}},
      Endpoint{"events.get_multi_task_plots", {2, 1}, signed_in, Read{multi_task_plots}},
      Endpoint{"events.plots", {2, 20}, signed_in, Read{plots}},
      Endpoint{"events.get_plot_sample", {2, 14}, signed_in, Read{plot_sample}},
      Endpoint{"events.next_plot_sample", {2, 14}, signed_in, Read{next_plot_sample}},
      Endpoint{"events.debug_images", {2, 7}, signed_in, Read{debug_images}},
      Endpoint{"events.get_debug_image_sample", {2, 12}, signed_in, Read{debug_image_sample}},
      Endpoint{"events.next_debug_image_sample", {2, 12}, signed_in, Read{next_debug_image_sample}},
      Endpoint{"events.get_vector_metrics_and_variants", {2, 1}, signed_in, Read{vector_names}},
      Endpoint{"events.vector_metrics_iter_histogram", {2, 1}, signed_in, Read{vector_histogram}},
  };
  return rows;
}

}  // namespace jarvis::server
