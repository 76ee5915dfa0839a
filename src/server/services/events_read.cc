// Logs, plots, debug images, and events as they came.
#include <algorithm>

#include "server/services.h"
#include "server/services/events.h"

namespace jarvis::server::event_calls {
namespace {

using events::Drawing;
using events::DrawingKind;
using events::LogOrder;
using events::StoredLog;

json::object log_event(const std::string& task, const StoredLog& line) {
  return {{"task", task},        {"type", "log"},       {"timestamp", line.time_ms},
          {"level", line.level}, {"msg", line.message}, {"worker", line.worker}};
}

std::size_t batch_size(const json::object& body, std::int64_t fallback) {
  return static_cast<std::size_t>(std::clamp<std::int64_t>(get_int(body, "batch_size").value_or(fallback), 1, 10'000));
}

/// One slice of a list; the scroll id is where the next begins. A scroll that is through gives an empty list.
json::object scrolled(json::array all, const json::object& body, std::string_view key, std::size_t count) {
  const std::string scroll = get_string_or(body, "scroll_id", "");
  const auto from = std::min<std::size_t>(std::strtoull(scroll.c_str(), nullptr, 10), all.size());
  const auto to = std::min(all.size(), from + count);
  json::array slice(all.begin() + static_cast<std::ptrdiff_t>(from), all.begin() + static_cast<std::ptrdiff_t>(to));
  json::object out{{"returned", slice.size()}, {"total", all.size()}, {"scroll_id", std::to_string(to)}};
  out[key] = std::move(slice);
  return out;
}

}  // namespace

// Towards the past ("navigate_earlier", the default) from the newest line or from a time, or towards the present. Lines
// of one millisecond are never torn apart: the page grows until the time changes.
ApiResult<Reply> get_task_log(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "task", "");
  TRY(const TaskId task, readable_task(tx, call, id));
  const std::size_t count = batch_size(call.body, 500);
  const bool is_earlier = get_bool_or(call.body, "navigate_earlier", true);
  const LogOrder direction = is_earlier ? LogOrder::newest_first : LogOrder::oldest_first;
  const std::int64_t from = get_int(call.body, "from_timestamp").value_or(is_earlier ? INT64_MAX : -1);
  TRY(auto lines, services.events.logs_from_time(tx, task, direction, from, count));
  if (lines.size() == count) {
    TRY(auto more, services.events.logs_from_time(tx, task, direction, from, count + 1000));
    while (more.size() > lines.size() && more[lines.size()].time_ms == lines.back().time_ms)
      lines.push_back(std::move(more[lines.size()]));
  }
  const std::string order = get_string_or(call.body, "order", is_earlier ? "desc" : "asc");
  if ((order == "asc") == is_earlier) std::reverse(lines.begin(), lines.end());
  json::array list;
  for (const StoredLog& line : lines)
    list.emplace_back(log_event(id, line));
  TRY(const events::LogSize size, services.events.log_size(tx, task));
  const auto returned = static_cast<std::int64_t>(list.size());
  return json::object{{"events", std::move(list)}, {"returned", returned}, {"total", size.events}};
}

ApiResult<Reply> get_task_events(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "task", "");
  TRY(const TaskId task, readable_task(tx, call, id));
  const std::string type = get_string_or(call.body, "event_type", "");
  json::array all;
  if (type.empty() || type == "training_stats_scalar") {
    TRY(const auto series, services.events.scalars(tx, task));
    all = scalar_events(id, series);
  }
  if (type.empty() || type == "plot") {
    TRY(const auto plots, services.events.drawings(tx, DrawingKind::plot, task, 0));
    for (const Drawing& plot : plots)
      all.emplace_back(drawing_event(DrawingKind::plot, id, plot));
  }
  if (type.empty() || type == "training_debug_image") {
    TRY(const auto images, services.events.drawings(tx, DrawingKind::image, task, 0));
    for (const Drawing& image : images)
      all.emplace_back(drawing_event(DrawingKind::image, id, image));
  }
  if (type.empty() || type == "training_stats_vector") {
    TRY(const auto vectors, services.events.drawings(tx, DrawingKind::vector, task, 0));
    for (const Drawing& vector : vectors)
      all.emplace_back(drawing_event(DrawingKind::vector, id, vector));
  }
  if (type.empty() || type == "log") {
    TRY(const auto lines, services.events.logs_from_line(tx, task, 0, 100'000));
    for (const StoredLog& line : lines)
      all.emplace_back(log_event(id, line));
  }
  const auto time_of = [](const json::value& event) { return get_int(event.get_object(), "timestamp").value_or(0); };
  std::stable_sort(all.begin(), all.end(),
                   [&](const json::value& a, const json::value& b) { return time_of(a) < time_of(b); });
  if (get_string_or(call.body, "order", "asc") == "desc") std::reverse(all.begin(), all.end());
  return scrolled(std::move(all), call.body, "events", batch_size(call.body, 500));
}

ApiResult<Reply> task_plots(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "task", "");
  TRY(const TaskId task, readable_task(tx, call, id));
  const auto iterations = static_cast<std::size_t>(std::max<std::int64_t>(1, get_int(call.body, "iters").value_or(1)));
  TRY(const auto plots, services.events.drawings(tx, DrawingKind::plot, task, iterations));
  json::array all;
  for (const Drawing& plot : plots) {
    if (is_asked_for(get_array(call.body, "metrics"), plot.name))
      all.emplace_back(drawing_event(DrawingKind::plot, id, plot));
  }
  return scrolled(std::move(all), call.body, "plots", 10'000);
}

ApiResult<Reply> multi_task_plots(Services& services, store::Transaction& tx, const Call& call) {
  const auto iterations = static_cast<std::size_t>(std::max<std::int64_t>(1, get_int(call.body, "iters").value_or(1)));
  json::object out;
  std::int64_t count = 0;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(const TaskId task, readable_task(tx, call, id));
    TRY(const auto plots, services.events.drawings(tx, DrawingKind::plot, task, iterations));
    for (const Drawing& plot : plots) {
      json::object& of_task = ensure_object(ensure_object(ensure_object(out, plot.name.metric), plot.name.variant), id);
      json::object& of_iteration = ensure_object(of_task, std::to_string(plot.iter));
      of_iteration["name"] = plot.name.metric;
      json::value& list = of_iteration["plots"];
      if (!list.is_array()) list = json::array();
      list.get_array().emplace_back(drawing_event(DrawingKind::plot, id, plot));
      ++count;
    }
  }
  return json::object{{"plots", std::move(out)}, {"returned", count}, {"total", count}, {"scroll_id", nullptr}};
}

}  // namespace jarvis::server::event_calls
