#include "server/events/event_batch.h"

#include <simdjson.h>

#include <cmath>

namespace jarvis::server::events {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

std::string text_of(const object& event, std::string_view key) {
  std::string_view text;
  if (event[key].get_string().get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

/// A number in any of its JSON forms, or in text; `fallback` otherwise.
double number_of(const object& event, std::string_view key, double fallback) {
  element value;
  double number = 0;
  if (event[key].get(value) != simdjson::SUCCESS) return fallback;
  if (value.get_double().get(number) == simdjson::SUCCESS) return number;
  return fallback;
}

std::int64_t integer_of(const object& event, std::string_view key, std::int64_t fallback) {
  const double number = number_of(event, key, static_cast<double>(fallback));
  if (!(number > -9e15 && number < 9e15)) return fallback;
  return static_cast<std::int64_t>(number);
}

class BatchReader {
 public:
  BatchReader(EventBatch& out, std::int64_t now_ms) : out_(out), now_ms_(now_ms) {}

  void add(const object& event) {
    ++out_.event_count;
    std::string_view type, task;
    if (event["type"].get_string().get(type) != simdjson::SUCCESS) type = {};
    if (event["task"].get_string().get(task) != simdjson::SUCCESS || task.empty())
      return refuse("Event must have a 'task' field");
    bool is_model = false;
    if (event["model_event"].get_bool().get(is_model) != simdjson::SUCCESS) is_model = false;
    // Lines of one batch mostly name one task: looked up once.
    if (last_ == nullptr || last_id_ != task) {
      last_id_ = task;
      last_ = &out_.tasks[last_id_];
    }
    last_->is_model = is_model;
    const std::int64_t time = integer_of(event, "timestamp", now_ms_);
    const bool is_stored = type == "training_stats_scalar"  ? add_scalar(event, time)
                           : type == "log"                  ? add_log(event, time)
                           : type == "plot"                 ? add_drawing(event, time, "plot_str", last_->plots)
                           : type == "training_debug_image" ? add_drawing(event, time, "url", last_->images)
                                                            : false;
    if (is_stored) {
      ++last_->event_count;
    } else if (refused_ == out_.event_count) {
      return;
    } else {
      refuse("Invalid event type '" + std::string(type) + "'");
    }
  }

 private:
  void refuse(const std::string& why) {
    ++out_.errors[why];
    refused_ = out_.event_count;
  }

  bool add_scalar(const object& event, std::int64_t time) {
    const double value = number_of(event, "value", std::nan(""));
    NewSeries& series = last_->scalars[{text_of(event, "metric"), text_of(event, "variant")}];
    const std::int64_t iter = integer_of(event, "iter", 0);
    series.points.push_back({iter, time, value});
    if (iter != kSingleValueIteration) last_->iteration_max = std::max(last_->iteration_max, iter);
    if (std::string_view label; event["x_axis_label"].get_string().get(label) == simdjson::SUCCESS)
      series.x_axis_label = label;
    return true;
  }

  bool add_log(const object& event, std::int64_t time) {
    if (last_->is_model) {
      refuse("Log events are not supported for models");
      return false;
    }
    last_->logs.push_back({.time_ms = time,
                           .level = text_of(event, "level"),
                           .message = text_of(event, "msg"),
                           .worker = text_of(event, "worker"),
                           .stream = text_of(event, "stream"),
                           .seq = integer_of(event, "seq", 0)});
    return true;
  }

  bool add_drawing(const object& event, std::int64_t time, std::string_view content, std::vector<Drawing>& into) {
    Drawing drawing{.name = {text_of(event, "metric"), text_of(event, "variant")},
                    .iter = integer_of(event, "iter", 0),
                    .time_ms = time,
                    .worker = text_of(event, "worker"),
                    .content = text_of(event, content),
                    .key = text_of(event, "key")};
    if (drawing.iter != kSingleValueIteration) last_->iteration_max = std::max(last_->iteration_max, drawing.iter);
    into.push_back(std::move(drawing));
    return true;
  }

  EventBatch& out_;
  const std::int64_t now_ms_;
  TaskBatch* last_ = nullptr;
  std::string last_id_;
  std::int64_t refused_ = 0;
};

}  // namespace

Result<EventBatch> parse_event_lines(std::string_view lines, std::int64_t now_ms) {
  EventBatch batch;
  BatchReader reader(batch, now_ms);
  // One padded copy; each line is parsed in place.
  const simdjson::padded_string padded(lines);
  std::string_view rest(padded);
  simdjson::dom::parser parser;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    object event;
    const auto failure = parser.parse(line.data(), line.size(), false).get_object().get(event);
    if (failure != simdjson::SUCCESS)
      return invalid_argument("line " + std::to_string(batch.event_count + 1) + " is not a JSON object");
    reader.add(event);
  }
  return batch;
}

}  // namespace jarvis::server::events
