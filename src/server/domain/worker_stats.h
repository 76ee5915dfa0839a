// The numbers that workers report of their machines, and what several reports say together. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace jarvis::server::domain {

/// What several values of one number were like.
struct Spread {
  double sum = 0;
  std::int64_t count = 0;
  double min = 0, max = 0;

  static Spread of(double value) { return {value, 1, value, value}; }
  void add(const Spread& other);
  double average() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
};

/// The numbers of a report, as they are stored: {"cpu_usage": [3.5, 90], "memory_used": 512}. What is no number is left
/// out; how much a report may say is bounded.
json::object kept_stats(const json::object& machine_stats);

/// Calls `visit` for each number: its metric, which of the metric's parts it is about ("0", "1"... in a list, else
/// "total"), and what it was.
void for_each_stat(const json::object& stats,
                   const std::function<void(std::string_view metric, std::string_view variant, const Spread&)>& visit);

/// Several stored reports as one: each number is {sum, count, min, max} of theirs.
class MergedStats {
 public:
  void add(const json::object& stats);
  json::object take() { return std::move(stats_); }

 private:
  json::object stats_;
};

}  // namespace jarvis::server::domain
