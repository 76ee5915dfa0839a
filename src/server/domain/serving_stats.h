// The numbers that serving containers report, and how those of several containers make one. Pure.
#pragma once

#include <span>
#include <string_view>

#include "base/json.h"

namespace jarvis::server::domain {

/// One chart of an endpoint: how its containers' values are joined, and what it is called.
struct ServingMetric {
  enum class Total : std::uint8_t { sum, average };
  std::string_view name, title;
  Total total;
};
const ServingMetric* find_serving_metric(std::string_view name);

/// {metric: number} of a status report, with the machine's numbers summed up: cores counted, cards added up.
json::object serving_stats(const json::object& report);

}  // namespace jarvis::server::domain
