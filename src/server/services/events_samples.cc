// One debug image, or the plots of one metric, at a time: what a viewer steps through.
#include <algorithm>
#include <optional>
#include <vector>

#include "server/services.h"
#include "server/services/events.h"

namespace jarvis::server::event_calls {
namespace {

using events::DrawingKind;
using events::DrawingPlace;

/// What a viewer shows at once: an image, or all plots of a metric at an iteration (then without a variant).
using Sample = DrawingPlace;

/// The samples of a task, and where the viewer is among them.
struct Viewer {
  DrawingKind kind;
  TaskId task;
  std::string only_metric;      // empty: it walks through all of them
  std::vector<Sample> samples;  // by iteration, metric, variant
};

bool is_same_series(const Sample& a, const Sample& b) {
  return a.name == b.name;
}

ApiResult<Viewer> viewer_of(Services& services, store::Transaction& tx, const Call& call, DrawingKind kind,
                            std::string only_metric) {
  TRY(const TaskId task, readable_task(tx, call, get_string_or(call.body, "task", "")));
  TRY(std::vector<Sample> samples, services.events.drawing_places(tx, kind, task));
  if (kind == DrawingKind::plot) {
    for (Sample& sample : samples)
      sample.name.variant.clear();
  }
  std::sort(samples.begin(), samples.end());
  samples.erase(std::unique(samples.begin(), samples.end()), samples.end());
  return Viewer{.kind = kind, .task = task, .only_metric = std::move(only_metric), .samples = std::move(samples)};
}

ApiResult<json::array> events_at(Services& services, store::Transaction& tx, const Viewer& viewer,
                                 const Sample& sample) {
  json::array out;
  if (viewer.kind == DrawingKind::image) {
    TRY(const auto image, services.events.drawing_at(tx, viewer.kind, viewer.task, sample));
    if (image) out.emplace_back(drawing_event(viewer.kind, viewer.task.str(), *image));
    return out;
  }
  TRY(const auto places, services.events.drawing_places(tx, viewer.kind, viewer.task));
  for (const DrawingPlace& place : places) {
    if (place.iter != sample.iter || place.name.metric != sample.name.metric) continue;
    TRY(const auto plot, services.events.drawing_at(tx, viewer.kind, viewer.task, place));
    if (plot) out.emplace_back(drawing_event(viewer.kind, viewer.task.str(), *plot));
  }
  return out;
}

/// The answer: the sample (or none), the iterations that its series has, and where the next step begins.
ApiResult<Reply> show(Services& services, store::Transaction& tx, const Viewer& viewer, const Sample& at,
                      bool is_found) {
  json::array shown;
  if (is_found) {
    TRY(shown, events_at(services, tx, viewer, at));
  }
  json::object out;
  if (viewer.kind == DrawingKind::image)
    out["event"] = shown.empty() ? json::value(nullptr) : std::move(shown.front());
  else
    out["events"] = std::move(shown);
  out["min_iteration"] = out["max_iteration"] = nullptr;
  for (const Sample& sample : viewer.samples) {
    if (!is_same_series(sample, at)) continue;
    if (out["min_iteration"].is_null()) out["min_iteration"] = sample.iter;
    out["max_iteration"] = sample.iter;
  }
  out["scroll_id"] = scroll_id_of(
      {{"only", viewer.only_metric}, {"iter", at.iter}, {"metric", at.name.metric}, {"variant", at.name.variant}});
  return Reply(std::move(out));
}

/// The newest sample of a series, or the newest at or before the iteration that is asked for.
ApiResult<Reply> first_sample(Services& services, store::Transaction& tx, const Call& call, DrawingKind kind) {
  const std::string metric = get_string_or(call.body, "metric", "");
  TRY(const Viewer viewer,
      viewer_of(services, tx, call, kind, get_bool_or(call.body, "navigate_current_metric", true) ? metric : ""));
  const std::int64_t newest = get_int(call.body, "iteration").value_or(INT64_MAX);
  Sample wanted{.iter = newest, .name = {metric, get_string_or(call.body, "variant", "")}};
  const auto found = std::find_if(viewer.samples.rbegin(), viewer.samples.rend(), [&](const Sample& sample) {
    return is_same_series(sample, wanted) && sample.iter <= newest;
  });
  if (found != viewer.samples.rend()) wanted = *found;
  return show(services, tx, viewer, wanted, found != viewer.samples.rend());
}

/// The nearest sample before or behind the place of the scroll: any, or of the same series when whole iterations are
/// stepped over.
ApiResult<Reply> next_sample(Services& services, store::Transaction& tx, const Call& call, DrawingKind kind) {
  TRY(const json::object place, scroll_place(call.body));
  const Sample at{.iter = get_int(place, "iter").value_or(INT64_MAX),
                  .name = {get_string_or(place, "metric", ""), get_string_or(place, "variant", "")}};
  TRY(const Viewer viewer, viewer_of(services, tx, call, kind, get_string_or(place, "only", "")));
  const bool skips = get_bool_or(call.body, "next_iteration", false);
  const bool is_earlier = get_bool_or(call.body, "navigate_earlier", false);
  const auto is_candidate = [&](const Sample& sample) {
    if (!viewer.only_metric.empty() && sample.name.metric != viewer.only_metric) return false;
    if (skips && !is_same_series(sample, at)) return false;
    if (skips) return is_earlier ? sample.iter < at.iter : sample.iter > at.iter;
    return is_earlier ? sample < at : at < sample;
  };
  const Sample* found = nullptr;
  for (const Sample& sample : viewer.samples) {
    if (!is_candidate(sample)) continue;
    found = &sample;
    if (!is_earlier) break;
  }
  return show(services, tx, viewer, found == nullptr ? at : *found, found != nullptr);
}

}  // namespace

ApiResult<Reply> debug_image_sample(Services& services, store::Transaction& tx, const Call& call) {
  return first_sample(services, tx, call, DrawingKind::image);
}
ApiResult<Reply> next_debug_image_sample(Services& services, store::Transaction& tx, const Call& call) {
  return next_sample(services, tx, call, DrawingKind::image);
}
ApiResult<Reply> plot_sample(Services& services, store::Transaction& tx, const Call& call) {
  return first_sample(services, tx, call, DrawingKind::plot);
}
ApiResult<Reply> next_plot_sample(Services& services, store::Transaction& tx, const Call& call) {
  return next_sample(services, tx, call, DrawingKind::plot);
}

}  // namespace jarvis::server::event_calls
