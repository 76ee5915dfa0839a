// Curves: averaged down to what a chart shows, raw, their last values and their names.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/digest.h"
#include "server/domain/task_document.h"
#include "server/events/curve_reader.h"
#include "server/services.h"
#include "server/services/events.h"
#include "server/store/documents.h"

namespace jarvis::server::event_calls {
namespace {

using events::kSingleValueIteration;
using events::Point;
using events::SeriesMap;
using events::SeriesName;

enum class XAxis : std::uint8_t { iteration, timestamp, iso_time };

XAxis x_axis(const json::object& body) {
  const std::string key = get_string_or(body, "key", "iter");
  if (key == "timestamp") return XAxis::timestamp;
  if (key == "iso_time") return XAxis::iso_time;
  return XAxis::iteration;
}

// JSON has no NaN and no infinity: the wire's clients read these words.
json::value number(double value) {
  if (std::isfinite(value)) return value;
  if (std::isnan(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

json::value x_value(const Point& point, XAxis axis) {
  switch (axis) {
    case XAxis::iteration:
      return point.iter;
    case XAxis::timestamp:
      return point.time_ms;
    case XAxis::iso_time:
      return json::value(to_iso(WallTime::from_ms(point.time_ms)).substr(0, 23) + "Z");
  }
  return nullptr;
}

std::vector<Point> curve(const std::vector<Point>& points) {
  std::vector<Point> out;
  for (const Point& point : points) {
    if (point.iter != kSingleValueIteration) out.push_back(point);
  }
  return out;
}

/// Averages over equal ranges of iterations, when there are more points than samples.
std::vector<Point> averaged(std::vector<Point> points, std::size_t samples) {
  if (points.size() <= samples) return points;
  const double first = static_cast<double>(points.front().iter);
  const double width = (static_cast<double>(points.back().iter) - first + 1) / static_cast<double>(samples);
  std::vector<Point> out;
  std::size_t from = 0;
  while (from < points.size()) {
    const auto range = std::floor((static_cast<double>(points[from].iter) - first) / width);
    std::size_t to = from;
    double sum = 0, iterations = 0, times = 0;
    for (; to < points.size() && std::floor((static_cast<double>(points[to].iter) - first) / width) == range; ++to) {
      sum += points[to].value;
      iterations += static_cast<double>(points[to].iter) - first;
      times += static_cast<double>(points[to].time_ms - points.front().time_ms);
    }
    const auto count = static_cast<double>(to - from);
    out.push_back({.iter = static_cast<std::int64_t>(first + iterations / count),
                   .time_ms = points.front().time_ms + static_cast<std::int64_t>(times / count),
                   .value = sum / count});
    from = to;
  }
  return out;
}

json::object x_and_y(std::string_view name, const std::vector<Point>& points, XAxis axis) {
  json::array x, y;
  x.reserve(points.size());
  y.reserve(points.size());
  for (const Point& point : points) {
    x.push_back(x_value(point, axis));
    y.push_back(number(point.value));
  }
  return {{"name", name}, {"x", std::move(x)}, {"y", std::move(y)}};
}

std::size_t samples_asked(const json::object& body) {
  return static_cast<std::size_t>(std::clamp<std::int64_t>(get_int(body, "samples").value_or(2000), 1, 6000));
}

}  // namespace

bool is_asked_for(const json::array* wanted, const SeriesName& name) {
  if (wanted == nullptr || wanted->empty()) return true;
  return std::any_of(wanted->begin(), wanted->end(), [&](const json::value& item) {
    if (!item.is_object() || get_string_or(item.get_object(), "metric", "") != name.metric) return false;
    const auto variants = get_strings(item.get_object(), "variants");
    return variants.empty() || std::find(variants.begin(), variants.end(), name.variant) != variants.end();
  });
}

ApiResult<TaskId> readable_task(store::Transaction& tx, const Call& call, const std::string& id) {
  if (get_bool_or(call.body, "model_events", false)) {
    TRY(const auto model, store::get(tx, store::Kind::model, id));
    if (!model || get_string_or(*model, "company", "") != call.identity.company.str())
      return ApiError(api::invalid_model_id, "id=" + id);
    return TaskId(id);
  }
  CHECK_OK(domain::load_task_text(tx, call, id));
  return TaskId(id);
}

events::SeriesFilter those_asked_for(const json::array* wanted) {
  return [wanted](const SeriesName& name) { return is_asked_for(wanted, name); };
}

ApiResult<Reply> scalar_histogram(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const TaskId task, readable_task(tx, call, get_string_or(call.body, "task", "")));
  const auto wanted = those_asked_for(get_array(call.body, "metrics"));
  TRY(const SeriesMap series, services.events.scalars(tx, task, wanted));
  json::object out;
  for (const auto& [name, points] : series) {
    const std::vector<Point> shown = averaged(curve(points), samples_asked(call.body));
    if (shown.empty()) continue;
    ensure_object(out, name.metric)[name.variant] = x_and_y(name.variant, shown, x_axis(call.body));
  }
  return out;
}

ApiResult<Reply> multi_task_histogram(Services& services, store::Transaction& tx, const Call& call) {
  const auto wanted = those_asked_for(get_array(call.body, "metrics"));
  json::object out;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(const std::string text, domain::load_task_text(tx, call, id));
    TRY(const json::object document, parse_json_object(text));
    TRY(const SeriesMap series, services.events.scalars(tx, TaskId(id), wanted));
    for (const auto& [name, points] : series) {
      const std::vector<Point> shown = averaged(curve(points), samples_asked(call.body));
      if (shown.empty()) continue;
      ensure_object(ensure_object(out, name.metric), name.variant)[id] =
          x_and_y(get_string_or(document, "name", ""), shown, x_axis(call.body));
    }
  }
  return json::object{{"metrics", std::move(out)}};
}

ApiResult<Reply> scalar_raw(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const TaskId task, readable_task(tx, call, get_string_or(call.body, "task", "")));
  const json::array wanted{*get_object(call.body, "metric")};
  TRY(const SeriesMap series, services.events.scalars(tx, task, those_asked_for(&wanted)));
  const auto batch =
      static_cast<std::size_t>(std::clamp<std::int64_t>(get_int(call.body, "batch_size").value_or(10'000), 1, 200'000));
  // The scroll id is how many points were given before: raw points of one metric only ever grow at their end.
  const std::string scroll = get_string_or(call.body, "scroll_id", "");
  std::size_t skip = static_cast<std::size_t>(std::strtoull(scroll.c_str(), nullptr, 10));
  const std::size_t begin = skip;
  std::size_t total = 0, returned = 0;
  json::object variants;
  for (const auto& [name, points] : series) {
    total += points.size();
    const std::size_t from = std::min(skip, points.size());
    skip -= from;
    const std::size_t to = std::min(points.size(), from + (batch - returned));
    if (to == from) continue;
    json::array x, y;
    for (std::size_t i = from; i < to; ++i) {
      x.push_back(x_value(points[i], x_axis(call.body)));
      y.push_back(number(points[i].value));
    }
    returned += to - from;
    variants[name.variant] = {{get_string_or(call.body, "key", "iter"), std::move(x)}, {"y", std::move(y)}};
  }
  return json::object{{"variants", std::move(variants)},
                      {"total", total},
                      {"returned", returned},
                      {"scroll_id", std::to_string(begin + returned)}};
}

json::array scalar_events(const std::string& task, const SeriesMap& series) {
  json::array out;
  for (const auto& [name, points] : series) {
    for (const Point& point : points) {
      out.emplace_back(json::object{{"task", task},
                                    {"type", "training_stats_scalar"},
                                    {"timestamp", point.time_ms},
                                    {"iter", point.iter},
                                    {"metric", name.metric},
                                    {"variant", name.variant},
                                    {"value", number(point.value)}});
    }
  }
  return out;
}

ApiResult<Reply> scalar_metric_data(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "task", "");
  TRY(const TaskId task, readable_task(tx, call, id));
  const std::string metric = get_string_or(call.body, "metric", "");
  const auto is_wanted = [&](const SeriesName& name) { return name.metric == metric; };
  TRY(const SeriesMap series, services.events.scalars(tx, task, is_wanted));
  json::array list = scalar_events(id, series);
  const auto count = static_cast<std::int64_t>(list.size());
  return json::object{{"events", std::move(list)}, {"returned", count}, {"total", count}, {"scroll_id", nullptr}};
}

ApiResult<Reply> scalar_names(Services&, store::Transaction& tx, const Call& call) {
  TRY(const TaskId task, readable_task(tx, call, get_string_or(call.body, "task", "")));
  TRY(const auto names, events::series_names(tx, task));
  json::object metrics;
  for (const SeriesName& name : names) {
    json::value& variants = metrics[name.metric];
    if (!variants.is_array()) variants = json::array();
    variants.get_array().emplace_back(name.variant);
  }
  return json::object{{"metrics", std::move(metrics)}};
}

ApiResult<Reply> single_values(Services&, store::Transaction& tx, const Call& call) {
  json::array tasks;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(const TaskId task, readable_task(tx, call, id));
    TRY(const auto ends, events::series_ends(tx, task));
    json::array values;
    for (const auto& [name, end] : ends) {
      if (!end.single) continue;
      values.emplace_back(json::object{{"metric", name.metric},
                                       {"variant", name.variant},
                                       {"value", number(end.single->value)},
                                       {"timestamp", end.single->time_ms}});
    }
    tasks.emplace_back(json::object{{"task", id}, {"values", std::move(values)}});
  }
  return json::object{{"tasks", std::move(tasks)}};
}

ApiResult<Reply> latest_values(Services&, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "task", "");
  TRY(const std::string text, domain::load_task_text(tx, call, id));
  TRY(const json::object document, parse_json_object(text));
  TRY(const auto ends, events::series_ends(tx, TaskId(id)));
  json::array metrics;
  std::int64_t last_iteration = 0;
  for (const auto& [name, end] : ends) {
    if (!end.last) continue;
    last_iteration = std::max(last_iteration, end.last->iter);
    if (metrics.empty() || metrics.back().as_object().at("name").as_string() != name.metric) {
      metrics.emplace_back(json::object{{"name", name.metric}, {"variants", json::array()}});
    }
    metrics.back()
        .as_object()
        .at("variants")
        .as_array()
        .emplace_back(json::object{{"name", name.variant},
                                   {"last_value", number(end.last->value)},
                                   {"last_timestamp", end.last->time_ms},
                                   {"last_iter", end.last->iter}});
  }
  return json::object{
      {"metrics", std::move(metrics)}, {"last_iter", last_iteration}, {"name", get_string_or(document, "name", "")}};
}

/// The metrics and variants that a task reported, of one kind of event or of all that have names.
ApiResult<std::vector<SeriesName>> reported_names(Services& services, store::Transaction& tx, const TaskId& task,
                                                  std::string_view type) {
  std::vector<SeriesName> names;
  if (type.empty() || type == "training_stats_scalar") {
    TRY(const auto scalars, events::series_names(tx, task));
    names.assign(scalars.begin(), scalars.end());
  }
  for (const auto& [event, kind] : {std::pair{"plot", events::DrawingKind::plot},
                                    {"training_debug_image", events::DrawingKind::image},
                                    {"training_stats_vector", events::DrawingKind::vector}}) {
    if (!type.empty() && type != event) continue;
    TRY(const auto drawings, services.events.drawings(tx, kind, task, 1));
    for (const events::Drawing& drawing : drawings)
      names.push_back(drawing.name);
  }
  return names;
}

ApiResult<Reply> task_metrics(Services& services, store::Transaction& tx, const Call& call) {
  json::array out;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(const TaskId task, readable_task(tx, call, id));
    TRY(const auto names, reported_names(services, tx, task, get_string_or(call.body, "event_type", "")));
    std::set<std::string> metrics;
    for (const SeriesName& name : names)
      metrics.insert(name.metric);
    out.emplace_back(json::object{{"task", id}, {"metrics", json::array(metrics.begin(), metrics.end())}});
  }
  return json::object{{"metrics", std::move(out)}};
}

ApiResult<Reply> multi_task_metrics(Services& services, store::Transaction& tx, const Call& call) {
  std::map<std::string, std::set<std::string>> found;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(const TaskId task, readable_task(tx, call, id));
    TRY(const auto names, reported_names(services, tx, task, get_string_or(call.body, "event_type", "")));
    for (const SeriesName& name : names)
      found[name.metric].insert(name.variant);
  }
  json::array out;
  for (const auto& [metric, variants] : found)
    out.emplace_back(json::object{{"metric", metric}, {"variants", json::array(variants.begin(), variants.end())}});
  return json::object{{"metrics", std::move(out)}};
}

}  // namespace jarvis::server::event_calls
