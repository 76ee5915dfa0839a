#include "server/domain/chart.h"

#include <algorithm>
#include <cmath>

#include "base/limits.h"

namespace jarvis::server::domain {
namespace {

/// Seconds as milliseconds; what no clock will ever show is cut off, so that sums stay in range.
std::int64_t ms_from(double seconds) {
  constexpr double farthest = 1e11;
  return static_cast<std::int64_t>(std::floor(std::clamp(seconds, -farthest, farthest) * 1000));
}

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
  const std::int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

}  // namespace

std::int64_t Chart::interval_of(std::int64_t time_ms) const {
  return origin_ms + floor_to(time_ms - origin_ms, interval_ms);
}

std::int64_t Chart::size() const {
  return (to_ms - interval_of(from_ms) + interval_ms - 1) / interval_ms;
}

ApiResult<Chart> chart_from(const json::object& body, IntervalsFrom origin, std::chrono::milliseconds floor) {
  Chart chart;
  chart.from_ms = ms_from(get_double(body, "from_date").value_or(0));
  chart.to_ms = ms_from(get_double(body, "to_date").value_or(0));
  if (chart.to_ms <= chart.from_ms) return ApiError(api::validation_error, "to_date: must be later than from_date");
  const std::int64_t asked = std::clamp<std::int64_t>(get_int(body, "interval").value_or(1), 1, 1'000'000'000) * 1000;
  const std::int64_t coarsest = (chart.to_ms - chart.from_ms - 1) / limits::chart_points_max + 1;
  // Whole seconds: dates go out as such.
  const std::int64_t needed = (std::max<std::int64_t>(floor.count(), coarsest) + 999) / 1000 * 1000;
  chart.interval_ms = std::max(asked, needed);
  chart.origin_ms = origin == IntervalsFrom::begin ? chart.from_ms : 0;
  return chart;
}

}  // namespace jarvis::server::domain
