// Curves as a chart of so many pixels shows them: of each pixel's points the mean, the least and the greatest, so that
// no spike is lost; of few points the points themselves. With a range of x, the part that the chart has been zoomed to.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/limits.h"
#include "server/domain/task_document.h"
#include "server/services.h"
#include "server/services/events.h"

namespace jarvis::server::event_calls {
namespace {

using events::kSingleValueIteration;
using events::Point;
using events::SeriesMap;

struct View {
  bool is_by_time = false;
  double from = -std::numeric_limits<double>::infinity();
  double to = std::numeric_limits<double>::infinity();
  std::size_t samples = 0;

  double x(const Point& point) const { return static_cast<double>(is_by_time ? point.time_ms : point.iter); }
};

std::optional<double> get_number(const json::object& body, std::string_view key) {
  const json::value* value = find(body, key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

View view_of(const json::object& body) {
  View view{.is_by_time = get_string_or(body, "key", "iter") == "timestamp"};
  view.from = get_number(body, "from").value_or(view.from);
  view.to = get_number(body, "to").value_or(view.to);
  view.samples = static_cast<std::size_t>(
      std::clamp<std::int64_t>(get_int(body, "samples").value_or(1000), 10, limits::curve_samples_max));
  return view;
}

/// The points of the range in the order of x, and the one before and after it: a line that leaves the chart comes from
/// somewhere.
std::vector<Point> in_view(std::vector<Point> points, const View& view) {
  std::erase_if(points, [](const Point& point) { return point.iter == kSingleValueIteration; });
  if (view.is_by_time) std::ranges::stable_sort(points, {}, &Point::time_ms);
  auto first = std::ranges::lower_bound(points, view.from, {}, [&](const Point& point) { return view.x(point); });
  auto last = std::ranges::upper_bound(points, view.to, {}, [&](const Point& point) { return view.x(point); });
  if (first != points.begin()) --first;
  if (last != points.end()) ++last;
  if (first >= last) return {};
  return {first, last};
}

// JSON has no NaN and no infinity.
json::value finite_or_null(double value) {
  return std::isfinite(value) ? json::value(value) : json::value(nullptr);
}

struct Columns {
  json::array x, y, low, high;
};

Columns as_they_are(const std::vector<Point>& points, const View& view) {
  Columns out;
  for (const Point& point : points) {
    out.x.emplace_back(view.is_by_time ? point.time_ms : point.iter);
    out.y.push_back(finite_or_null(point.value));
  }
  return out;
}

Columns by_pixel(const std::vector<Point>& points, const View& view) {
  const double first = view.x(points.front());
  const double width = (view.x(points.back()) - first) / static_cast<double>(view.samples);
  Columns out;
  for (std::size_t at = 0; at < points.size();) {
    const double pixel = width > 0 ? std::floor((view.x(points[at]) - first) / width) : 0;
    double sum = 0, x_sum = 0, low = std::numeric_limits<double>::infinity(), high = -low;
    std::int64_t count = 0, finite = 0;
    for (; at < points.size() && (width > 0 ? std::floor((view.x(points[at]) - first) / width) : 0) == pixel; ++at) {
      x_sum += view.x(points[at]) - first;
      ++count;
      if (!std::isfinite(points[at].value)) continue;
      ++finite;
      sum += points[at].value;
      low = std::min(low, points[at].value);
      high = std::max(high, points[at].value);
    }
    const double x = first + x_sum / static_cast<double>(count);
    out.x.emplace_back(view.is_by_time ? std::round(x) : x);
    out.y.push_back(finite > 0 ? json::value(sum / static_cast<double>(finite)) : json::value(nullptr));
    out.low.push_back(finite_or_null(low));
    out.high.push_back(finite_or_null(high));
  }
  return out;
}

json::object curve_of(const std::string& task, const events::SeriesName& name, const std::vector<Point>& points,
                      const View& view) {
  const bool is_whole = points.size() <= 2 * view.samples;
  Columns columns = is_whole ? as_they_are(points, view) : by_pixel(points, view);
  json::object out{{"task", task},
                   {"metric", name.metric},
                   {"variant", name.variant},
                   {"points", static_cast<std::int64_t>(points.size())},
                   {"x", std::move(columns.x)},
                   {"y", std::move(columns.y)}};
  if (!is_whole) {
    out["low"] = std::move(columns.low);
    out["high"] = std::move(columns.high);
  }
  return out;
}

}  // namespace

// Millions of points take their time: on the pool, a transaction a task.
ApiResult<Reply> get_curves(Services& services, const Call& call) {
  const View view = view_of(call.body);
  const auto wanted = those_asked_for(get_array(call.body, "metrics"));
  json::array curves;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(SeriesMap series, services.store.read([&](store::Transaction& tx) -> ApiResult<SeriesMap> {
      TRY(const TaskId task, readable_task(tx, call, id));
      TRY(SeriesMap those, services.events.scalars(tx, task, wanted));
      return those;
    }));
    for (auto& [name, points] : series) {
      const std::vector<Point> shown = in_view(std::move(points), view);
      if (!shown.empty()) curves.emplace_back(curve_of(id, name, shown, view));
    }
  }
  return json::object{{"curves", std::move(curves)}};
}

}  // namespace jarvis::server::event_calls
