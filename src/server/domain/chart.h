// The time axis of a chart: a period, cut into intervals. Pure.
#pragma once

#include <chrono>

#include "base/clock.h"
#include "server/api_error.h"

namespace jarvis::server::domain {

/// Where intervals begin: at whole multiples since 1970 (the same point for every request), or at the period's begin.
enum class IntervalsFrom : std::uint8_t { epoch, begin };

struct Chart {
  std::int64_t from_ms = 0, to_ms = 0;  // to_ms is not in it
  std::int64_t interval_ms = 1000;
  std::int64_t origin_ms = 0;

  /// The begin of the interval that holds this moment.
  std::int64_t interval_of(std::int64_t time_ms) const;
  /// How many intervals the period has.
  std::int64_t size() const;
};

/// Of a request's from_date, to_date and interval, all in seconds. The interval is at least `floor`, and so long that
/// there are at most limits::chart_points_max. Errors: 400/12 for a period that ends before it begins.
ApiResult<Chart> chart_from(const json::object& body, IntervalsFrom origin, std::chrono::milliseconds floor);

}  // namespace jarvis::server::domain
