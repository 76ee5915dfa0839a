// A batch of events as clients send them, cut up by task and kind. Parsing needs no transaction and no lock.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace jarvis::server::events {

/// The iteration that stands for "a single value, not a curve".
inline constexpr std::int64_t kSingleValueIteration = -2147483648LL;

struct Point {
  std::int64_t iter = 0;
  std::int64_t time_ms = 0;
  double value = 0;
};

struct SeriesName {
  std::string metric, variant;
  auto operator<=>(const SeriesName&) const = default;
};

/// The same without owning: for looking one up.
struct SeriesView {
  std::string_view metric, variant;
};
struct SeriesLess {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    const int order = std::string_view(a.metric).compare(std::string_view(b.metric));
    return order != 0 ? order < 0 : std::string_view(a.variant) < std::string_view(b.variant);
  }
};

struct NewSeries {
  std::vector<Point> points;  // in the order they came
  std::string x_axis_label;
};

struct LogLine {
  std::int64_t time_ms = 0;
  std::string level, message, worker;
  std::string stream;  // of an agent that numbers its lines, otherwise empty
  std::int64_t seq = 0;
};

/// A plot, a debug image or a vector: the newest of its identity counts.
struct Drawing {
  SeriesName name;
  std::int64_t iter = 0;
  std::int64_t time_ms = 0;
  std::string worker;
  std::string content;  // plotly JSON, the image's URL, or the vector's values as JSON
  std::string key;      // images: the file's path
};

struct TaskBatch {
  bool is_model = false;
  std::map<SeriesName, NewSeries, SeriesLess> scalars;
  std::vector<LogLine> logs;
  std::vector<Drawing> plots, images, vectors;
  bool is_locked_allowed = false;  // `allow_locked`: events of a published task or model are taken, too
  std::int64_t event_count = 0;
  std::int64_t iteration_max = INT64_MIN;
};

struct EventBatch {
  std::map<std::string, TaskBatch> tasks;      // by task (or model) id
  std::map<std::string, std::int64_t> errors;  // text → how often
  std::int64_t event_count = 0;
};

/// One JSON object a line; `now_ms` stands in for a missing timestamp. Errors: invalid_argument for a line that is not
/// a JSON object; too few lines are the caller's matter (event_count).
Result<EventBatch> parse_event_lines(std::string_view lines, std::int64_t now_ms);

}  // namespace jarvis::server::events
