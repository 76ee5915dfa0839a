#include "server/events/event_batch.h"

#include <simdjson.h>

#include <charconv>
#include <cmath>

#include "base/python_json.h"

namespace jarvis::server::events {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

/// The fields of one event that any kind of it uses, found in one pass over the object.
struct Fields {
  std::string_view type, task, metric, variant, level, message, worker, stream, plot, url, key, x_axis_label;
  double iter = 0, value = std::nan(""), timestamp = std::nan(""), seq = 0;
  bool is_model = false, allows_locked = false;
  bool is_iter_good = true, is_value_good = true;
  element values;
  bool has_values = false;
};

void read_text(const element& value, std::string_view& into) {
  if (value.get_string().get(into) != simdjson::SUCCESS) into = {};
}

/// A number, or a text that says one ("7", "nan"); null leaves it as it is. False for anything else.
bool read_number(const element& value, double& into) {
  double number = 0;
  std::string_view text;
  if (value.get_double().get(number) == simdjson::SUCCESS) {
    into = number;
    return true;
  }
  if (value.get_string().get(text) != simdjson::SUCCESS) return value.is_null();
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return false;
  into = number;
  return true;
}

/// Whether curves can hold it: beyond this, a double is no longer exact.
bool is_whole(double number) {
  return number > -9e15 && number < 9e15;
}

Fields fields_of(const object& event) {
  Fields out;
  for (const auto& [key, value] : event) {
    if (key == "type")
      read_text(value, out.type);
    else if (key == "task")
      read_text(value, out.task);
    else if (key == "metric")
      read_text(value, out.metric);
    else if (key == "variant")
      read_text(value, out.variant);
    else if (key == "iter")
      out.is_iter_good = read_number(value, out.iter) && is_whole(out.iter);
    else if (key == "value")
      out.is_value_good = read_number(value, out.value);
    else if (key == "timestamp")
      read_number(value, out.timestamp);
    else if (key == "level")
      read_text(value, out.level);
    else if (key == "msg")
      read_text(value, out.message);
    else if (key == "worker")
      read_text(value, out.worker);
    else if (key == "stream")
      read_text(value, out.stream);
    else if (key == "seq")
      read_number(value, out.seq);
    else if (key == "plot_str")
      read_text(value, out.plot);
    else if (key == "url")
      read_text(value, out.url);
    else if (key == "key")
      read_text(value, out.key);
    else if (key == "x_axis_label")
      read_text(value, out.x_axis_label);
    else if (key == "model_event" && value.is_bool())
      out.is_model = bool(value);
    else if (key == "allow_locked" && value.is_bool())
      out.allows_locked = bool(value);
    else if (key == "values" && value.is_array()) {
      out.values = value;
      out.has_values = true;
    }
  }
  return out;
}

std::int64_t whole(double number, std::int64_t fallback) {
  return is_whole(number) ? static_cast<std::int64_t>(number) : fallback;
}

class BatchReader {
 public:
  BatchReader(EventBatch& out, std::int64_t now_ms) : out_(out), now_ms_(now_ms) {}

  void add(const object& event) {
    ++out_.event_count;
    const Fields fields = fields_of(event);
    if (fields.task.empty()) return refuse("Event must have a 'task' field");
    // Lines of one batch mostly name one task: looked up once.
    if (last_ == nullptr || last_id_ != fields.task) {
      last_id_ = fields.task;
      last_ = &out_.tasks[last_id_];
    }
    if (last_->event_count > 0 && last_->is_locked_allowed != fields.allows_locked)
      return refuse("Inconsistent 'allow_locked' in the events of one task");
    last_->is_locked_allowed = fields.allows_locked;
    last_->is_model = fields.is_model;
    const std::int64_t time = whole(fields.timestamp, now_ms_);
    // At another iteration it would overwrite what is there.
    if (!fields.is_iter_good && fields.type != "log")
      return refuse("Invalid 'iter': expected a whole number between -9e15 and 9e15");
    if (fields.type == "training_stats_scalar") {
      if (!fields.is_value_good) return refuse("Invalid 'value': expected a number");
      add_scalar(fields, time);
    } else if (fields.type == "log") {
      if (fields.is_model) return refuse("Log events are not supported for models");
      add_log(fields, time);
    } else if (fields.type == "plot") {
      add_drawing(fields, time, fields.plot, last_->plots);
    } else if (fields.type == "training_debug_image") {
      add_drawing(fields, time, fields.url, last_->images);
    } else if (fields.type == "training_stats_vector") {
      if (!fields.has_values) return refuse("A vector event must have a list of 'values'");
      add_drawing(fields, time, simdjson::minify(fields.values), last_->vectors);
    } else {
      return refuse("Invalid event type '" + std::string(fields.type) + "'");
    }
    ++last_->event_count;
  }

 private:
  void refuse(const std::string& why) { ++out_.errors[why]; }

  void add_scalar(const Fields& fields, std::int64_t time) {
    auto series = last_->scalars.find(SeriesView{fields.metric, fields.variant});
    if (series == last_->scalars.end()) {
      series = last_->scalars.try_emplace(SeriesName{std::string(fields.metric), std::string(fields.variant)}).first;
    }
    const std::int64_t iter = whole(fields.iter, 0);
    series->second.points.push_back({iter, time, fields.value});
    if (iter != kSingleValueIteration) last_->iteration_max = std::max(last_->iteration_max, iter);
    if (!fields.x_axis_label.empty()) series->second.x_axis_label = fields.x_axis_label;
  }

  void add_log(const Fields& fields, std::int64_t time) {
    last_->logs.push_back({.time_ms = time,
                           .level = std::string(fields.level),
                           .message = std::string(fields.message),
                           .worker = std::string(fields.worker),
                           .stream = std::string(fields.stream),
                           .seq = whole(fields.seq, 0)});
  }

  void add_drawing(const Fields& fields, std::int64_t time, std::string_view content, std::vector<Drawing>& into) {
    Drawing drawing{.name = {std::string(fields.metric), std::string(fields.variant)},
                    .iter = whole(fields.iter, 0),
                    .time_ms = time,
                    .worker = std::string(fields.worker),
                    .content = std::string(content),
                    .key = std::string(fields.key)};
    if (drawing.iter != kSingleValueIteration) last_->iteration_max = std::max(last_->iteration_max, drawing.iter);
    into.push_back(std::move(drawing));
  }

  EventBatch& out_;
  const std::int64_t now_ms_;
  TaskBatch* last_ = nullptr;
  std::string last_id_;
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
    auto failure = parser.parse(line.data(), line.size(), false).get_object().get(event);
    if (failure != simdjson::SUCCESS) failure = parser.parse(from_python_json(line)).get_object().get(event);
    if (failure != simdjson::SUCCESS)
      return invalid_argument("line " + std::to_string(batch.event_count + 1) + " is not a JSON object");
    reader.add(event);
  }
  return batch;
}

}  // namespace jarvis::server::events
