#include "server/events/last_metrics.h"

#include <algorithm>
#include <cmath>

#include "base/digest.h"

namespace jarvis::server::events {
namespace {

void sort_keys(json::object& object) {
  std::vector<std::pair<std::string, json::value>> fields;
  for (auto& field : object)
    fields.emplace_back(field.key(), std::move(field.value()));
  std::sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  object.clear();
  for (auto& [key, value] : fields)
    object.emplace(key, std::move(value));
}

json::object& child(json::object& parent, std::string_view key) {
  const bool is_new = !parent.contains(key);
  if (is_new) {
    parent[key] = json::object();
    sort_keys(parent);
  }
  return ensure_object(parent, key);
}

double rounded(double value) {
  return std::round(value * 100) / 100;
}

void add_point(json::object& entry, const Point& point) {
  const std::int64_t count = get_int(entry, "count").value_or(0);
  const double mean = get_double(entry, "mean_exact").value_or(get_double(entry, "mean_value").value_or(0));
  if (count == 0 || point.iter >= get_int(entry, "iter").value_or(INT64_MIN)) {
    entry["value"] = point.value;
    entry["iter"] = point.iter;
    entry["timestamp"] = point.time_ms;
  }
  const auto keep = [&](const char* key, const char* iteration, auto is_better) {
    const auto before = get_double(entry, key);
    if (before && !is_better(point.value, *before)) return;
    entry[key] = point.value;
    entry[iteration] = point.iter;
  };
  keep("min_value", "min_value_iteration", std::less<>());
  keep("max_value", "max_value_iteration", std::greater<>());
  if (count == 0) {
    entry["first_value"] = point.value;
    entry["first_value_iteration"] = point.iter;
  }
  const double new_mean = mean + (point.value - mean) / static_cast<double>(count + 1);
  entry["count"] = count + 1;
  entry["mean_exact"] = new_mean;
  entry["mean_value"] = rounded(new_mean);
}

}  // namespace

void update_last_metrics(json::object& document, const TaskBatch& batch) {
  if (!batch.scalars.empty()) {
    json::object& all = ensure_object(document, "last_metrics");
    for (const auto& [name, series] : batch.scalars) {
      json::object& entry = child(child(all, md5_hex(name.metric)), md5_hex(name.variant));
      entry["metric"] = name.metric;
      entry["variant"] = name.variant;
      if (!series.x_axis_label.empty()) entry["x_axis_label"] = series.x_axis_label;
      for (const Point& point : series.points) {
        // JSON has no NaN and no infinity: such a point is in the curve, not in the summary.
        if (std::isfinite(point.value)) add_point(entry, point);
      }
    }
  }
  if (batch.iteration_max != INT64_MIN) {
    document["last_iteration"] = std::max(get_int(document, "last_iteration").value_or(0), batch.iteration_max);
  }
}

}  // namespace jarvis::server::events
