// Debug images, plots and vectors, by the iteration.
#include <algorithm>
#include <map>
#include <set>

#include "server/services.h"
#include "server/services/events.h"

namespace jarvis::server::event_calls {
namespace {

using events::Drawing;
using events::DrawingKind;
using events::DrawingPlace;

/// What is asked of one task: all its series, or some.
struct Wanted {
  std::string task;
  json::array series;
  bool is_all = false;
};

/// One entry a task, in the order they were named first.
std::vector<Wanted> wanted_of(const json::object& body) {
  std::vector<Wanted> out;
  const json::array* metrics = get_array(body, "metrics");
  for (const json::value& item : metrics == nullptr ? json::array() : *metrics) {
    if (!item.is_object()) continue;
    const std::string task = get_string_or(item.get_object(), "task", "");
    auto entry = std::find_if(out.begin(), out.end(), [&](const Wanted& other) { return other.task == task; });
    if (entry == out.end()) entry = out.insert(out.end(), Wanted{.task = task});
    entry->is_all = entry->is_all || get_string_or(item.get_object(), "metric", "").empty();
    entry->series.push_back(item);
  }
  return out;
}

/// The iterations that come next in a scroll which has shown [oldest, newest] so far; newest first.
std::vector<std::int64_t> next_iterations(const std::set<std::int64_t>& all, const json::array* shown, bool is_earlier,
                                          std::size_t count) {
  auto from = is_earlier ? all.end() : all.begin();
  if (shown != nullptr && shown->size() == 2 && (*shown)[0].is_int64() && (*shown)[1].is_int64())
    from = is_earlier ? all.lower_bound((*shown)[0].get_int64()) : all.upper_bound((*shown)[1].get_int64());
  std::vector<std::int64_t> out;
  while (out.size() < count && from != (is_earlier ? all.begin() : all.end()))
    out.push_back(is_earlier ? *--from : *from++);
  if (!is_earlier) std::reverse(out.begin(), out.end());
  return out;
}

ApiResult<json::array> iterations_of(Services& services, store::Transaction& tx, DrawingKind kind, const TaskId& task,
                                     const std::vector<DrawingPlace>& places, const std::vector<std::int64_t>& shown) {
  json::array out;
  for (const std::int64_t iteration : shown) {
    json::array list;
    for (const DrawingPlace& place : places) {
      if (place.iter != iteration) continue;
      TRY(const auto drawing, services.events.drawing_at(tx, kind, task, place));
      if (drawing) list.emplace_back(drawing_event(kind, task.str(), *drawing));
    }
    out.emplace_back(json::object{{"iter", iteration}, {"events", std::move(list)}});
  }
  return out;
}

ApiResult<Reply> by_iteration(Services& services, store::Transaction& tx, const Call& call, DrawingKind kind) {
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(1, get_int(call.body, "iters").value_or(1)));
  const bool is_earlier = get_bool_or(call.body, "navigate_earlier", true);
  TRY(json::object place, scroll_place(call.body));
  if (get_bool_or(call.body, "refresh", false)) place.clear();
  json::array out;
  for (const Wanted& wanted : wanted_of(call.body)) {
    TRY(const TaskId task, readable_task(tx, call, wanted.task));
    TRY(std::vector<DrawingPlace> places, services.events.drawing_places(tx, kind, task));
    std::set<std::int64_t> all;
    std::erase_if(places,
                  [&](const DrawingPlace& one) { return !wanted.is_all && !is_asked_for(&wanted.series, one.name); });
    for (const DrawingPlace& one : places)
      all.insert(one.iter);
    const auto shown = next_iterations(all, get_array(place, wanted.task), is_earlier, count);
    if (!shown.empty()) place[wanted.task] = {shown.back(), shown.front()};
    TRY(json::array iterations, iterations_of(services, tx, kind, task, places, shown));
    json::object entry{{"task", wanted.task}, {"iterations", std::move(iterations)}};
    // Older clients ask metric by metric and expect to be told which one this is.
    if (wanted.series.size() == 1 && !wanted.is_all) entry["metric"] = wanted.series.front().at("metric");
    out.emplace_back(std::move(entry));
  }
  return json::object{{"metrics", std::move(out)}, {"scroll_id", scroll_id_of(place)}};
}

}  // namespace

json::object drawing_event(DrawingKind kind, const std::string& task, const Drawing& drawing) {
  json::object event{{"task", task},
                     {"timestamp", drawing.time_ms},
                     {"iter", drawing.iter},
                     {"metric", drawing.name.metric},
                     {"variant", drawing.name.variant},
                     {"worker", drawing.worker}};
  switch (kind) {
    case DrawingKind::plot:
      event["type"] = "plot";
      event["plot_str"] = drawing.content;
      break;
    case DrawingKind::image:
      event["type"] = "training_debug_image";
      event["url"] = drawing.content;
      event["key"] = drawing.key;
      break;
    case DrawingKind::vector: {
      event["type"] = "training_stats_vector";
      auto values = parse_json(drawing.content);
      event["values"] = values ? std::move(*values) : json::array();
      break;
    }
  }
  return event;
}

ApiResult<Reply> debug_images(Services& services, store::Transaction& tx, const Call& call) {
  return by_iteration(services, tx, call, DrawingKind::image);
}

ApiResult<Reply> plots(Services& services, store::Transaction& tx, const Call& call) {
  return by_iteration(services, tx, call, DrawingKind::plot);
}

ApiResult<Reply> vector_names(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const TaskId task, readable_task(tx, call, get_string_or(call.body, "task", "")));
  TRY(const auto places, services.events.drawing_places(tx, DrawingKind::vector, task));
  std::map<std::string, std::set<std::string>> names;
  for (const DrawingPlace& place : places)
    names[place.name.metric].insert(place.name.variant);
  json::array out;
  for (const auto& [metric, variants] : names)
    out.emplace_back(json::object{{"metric", metric}, {"variants", json::array(variants.begin(), variants.end())}});
  return json::object{{"metrics", std::move(out)}};
}

// The answer's name is the wire's; it holds the vectors by rising iteration.
ApiResult<Reply> vector_histogram(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "task", "");
  TRY(const TaskId task, readable_task(tx, call, id));
  TRY(auto vectors, services.events.drawings(tx, DrawingKind::vector, task, 0));
  std::reverse(vectors.begin(), vectors.end());
  json::array out;
  for (const Drawing& vector : vectors) {
    if (vector.name.metric == get_string_or(call.body, "metric", "") &&
        vector.name.variant == get_string_or(call.body, "variant", ""))
      out.emplace_back(drawing_event(DrawingKind::vector, id, vector));
  }
  return json::object{{"images", std::move(out)}};
}

}  // namespace jarvis::server::event_calls
