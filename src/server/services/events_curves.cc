// Curves as a chart of so many pixels shows them: of each pixel's points the mean, the least and the greatest, so that
// no spike is lost; of few points the points themselves. With a range of x, the part that the chart has been zoomed to.
#include <algorithm>
#include <cmath>
#include <map>

#include "base/limits.h"
#include "base/log.h"
#include "server/domain/task_document.h"
#include "server/events/curve_reader.h"
#include "server/services.h"
#include "server/services/events.h"

namespace jarvis::server::event_calls {
namespace {

using events::Bucket;
using events::kSingleValueIteration;
using events::Point;
using Curves = std::map<events::SeriesName, events::Curve>;
using View = events::CurveView;

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

/// What of these is in the view, of x in rising order, and the one before and after it: a line that leaves the chart
/// comes from somewhere.
template <typename Item, typename First, typename Last>
std::vector<Item> in_view(const std::vector<Item>& items, const View& view, First x_first, Last x_last) {
  auto first = std::ranges::lower_bound(items, view.from, {}, x_last);
  auto last = std::ranges::upper_bound(items, view.to, {}, x_first);
  if (first != items.begin()) --first;
  if (last != items.end()) ++last;
  if (first >= last) return {};
  return {first, last};
}

std::vector<Point> points_in_view(std::vector<Point> points, const View& view) {
  std::erase_if(points, [](const Point& point) { return point.iter == kSingleValueIteration; });
  if (view.is_by_time) std::ranges::stable_sort(points, {}, &Point::time_ms);
  const auto x = [&](const Point& point) { return view.x(point); };
  return in_view(points, view, x, x);
}

std::vector<Bucket> buckets_in_view(const std::vector<Bucket>& buckets, const View& view) {
  return in_view(
      buckets, view, [&](const Bucket& bucket) { return view.x_first(bucket); },
      [&](const Bucket& bucket) { return view.x_last(bucket); });
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

/// Columns of pixels: of equal widths between the first and the last x.
class Pixels {
 public:
  Pixels(double first, double last, const View& view)
      : view_(view), first_(first), width_((last - first) / static_cast<double>(view.samples)) {}

  /// So many points around x, which never falls.
  void add(double x, const Bucket& points) {
    const double pixel = width_ > 0 ? std::floor((x - first_) / width_) : 0;
    if (pixel != pixel_) end_pixel();
    pixel_ = pixel;
    x_sum_ += (x - first_) * static_cast<double>(points.count);
    all_.count += points.count;
    if (points.finite == 0) return;
    all_.low = all_.finite == 0 ? points.low : std::min(all_.low, points.low);
    all_.high = all_.finite == 0 ? points.high : std::max(all_.high, points.high);
    all_.sum += points.sum;
    all_.finite += points.finite;
  }
  std::int64_t points() const { return points_; }
  Columns take() {
    end_pixel();
    return std::move(out_);
  }

 private:
  void end_pixel() {
    if (all_.count == 0) return;
    const double x = first_ + x_sum_ / static_cast<double>(all_.count);
    const bool has_value = all_.finite > 0;
    out_.x.emplace_back(view_.is_by_time ? std::round(x) : x);
    out_.y.push_back(has_value ? json::value(all_.sum / static_cast<double>(all_.finite)) : json::value(nullptr));
    out_.low.push_back(has_value ? json::value(all_.low) : json::value(nullptr));
    out_.high.push_back(has_value ? json::value(all_.high) : json::value(nullptr));
    points_ += std::exchange(all_, {}).count;
    x_sum_ = 0;
  }

  const View& view_;
  const double first_, width_;
  double pixel_ = 0, x_sum_ = 0;
  Bucket all_;
  std::int64_t points_ = 0;
  Columns out_;
};

json::object curve_object(const std::string& task, const events::SeriesName& name, std::int64_t points,
                          Columns columns) {
  json::object out{{"task", task},     {"metric", name.metric},     {"variant", name.variant},
                   {"points", points}, {"x", std::move(columns.x)}, {"y", std::move(columns.y)}};
  if (!columns.low.empty()) {
    out["low"] = std::move(columns.low);
    out["high"] = std::move(columns.high);
  }
  return out;
}

/// Null when nothing of it is in the view.
json::value curve_of(const std::string& task, const events::SeriesName& name, events::Curve curve, const View& view) {
  const auto points = points_in_view(std::move(curve.points), view);
  const auto buckets = buckets_in_view(curve.buckets, view);
  if (points.empty() && buckets.empty()) return nullptr;
  if (buckets.empty() && points.size() <= 2 * view.samples)
    return curve_object(task, name, static_cast<std::int64_t>(points.size()), as_they_are(points, view));
  const bool is_thin = !buckets.empty();
  Pixels pixels(is_thin ? view.x_first(buckets.front()) : view.x(points.front()),
                is_thin ? view.x_last(buckets.back()) : view.x(points.back()), view);
  for (const Bucket& bucket : buckets)
    pixels.add((view.x_first(bucket) + view.x_last(bucket)) / 2, bucket);
  for (const Point& point : points) {
    Bucket one;
    one.add(point);
    pixels.add(view.x(point), one);
  }
  Columns columns = pixels.take();
  return curve_object(task, name, pixels.points(), std::move(columns));
}

/// A pack that an older server wrote is read as a whole once; from then on its summary is there.
ApiResult<void> make_summaries(Services& services, const Call& call, const std::string& id) {
  while (true) {
    TRY(const auto missing,
        services.store.read([&](store::Transaction& tx) -> ApiResult<std::optional<events::PackSummary>> {
          TRY(const TaskId task, readable_task(tx, call, id));
          TRY(auto one, events::missing_summary(tx, task));
          return one;
        }));
    if (!missing) return {};
    const Status kept = services.store.write(
        [&](store::Transaction& tx) -> Status { return events::keep_summary(tx, TaskId(id), *missing); });
    if (kept) continue;
    // Without it the curves are as right, and as slow as now.
    log::warning("a summary of curves was not kept", {{"task", id}, {"error", kept.error().message()}});
    return {};
  }
}

}  // namespace

// Millions of points take their time: on the pool, a transaction a task.
ApiResult<Reply> get_curves(Services& services, const Call& call) {
  const View view = view_of(call.body);
  const auto wanted = those_asked_for(get_array(call.body, "metrics"));
  json::array curves;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    CHECK_OK(make_summaries(services, call, id));
    TRY(auto series, services.store.read([&](store::Transaction& tx) -> ApiResult<Curves> {
      TRY(const TaskId task, readable_task(tx, call, id));
      TRY(Curves those, events::read_curves(tx, task, view, wanted));
      return those;
    }));
    for (auto& [name, curve] : series) {
      json::value shown = curve_of(id, name, std::move(curve), view);
      if (!shown.is_null()) curves.push_back(std::move(shown));
    }
  }
  return json::object{{"curves", std::move(curves)}};
}

}  // namespace jarvis::server::event_calls
