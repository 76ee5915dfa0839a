#include "server/domain/worker_stats.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/limits.h"

namespace jarvis::server::domain {
namespace {

std::optional<double> number_of(const json::value& value) {
  if (!value.is_number()) return std::nullopt;
  const double number = value.to_number<double>();
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<Spread> spread_of(const json::value& value) {
  if (const auto number = number_of(value)) return Spread::of(*number);
  const json::object* merged = value.if_object();
  if (merged == nullptr) return std::nullopt;
  return Spread{.sum = get_double(*merged, "sum").value_or(0),
                .count = get_int(*merged, "count").value_or(0),
                .min = get_double(*merged, "min").value_or(0),
                .max = get_double(*merged, "max").value_or(0)};
}

json::object stored(const Spread& spread) {
  return {{"sum", spread.sum}, {"count", spread.count}, {"min", spread.min}, {"max", spread.max}};
}

void add_to(json::value& sum, const json::value& value) {
  const auto more = spread_of(value);
  if (!more) return;
  Spread so_far = spread_of(sum).value_or(Spread{});
  so_far.add(*more);
  sum = stored(so_far);
}

}  // namespace

void Spread::add(const Spread& other) {
  if (other.count == 0) return;
  min = count == 0 ? other.min : std::min(min, other.min);
  max = count == 0 ? other.max : std::max(max, other.max);
  sum += other.sum;
  count += other.count;
}

json::object kept_stats(const json::object& machine_stats) {
  json::object out;
  for (const auto& [metric, value] : machine_stats) {
    if (out.size() == limits::worker_metrics_max) break;
    if (metric.size() > limits::worker_metric_name_max) continue;
    if (const auto number = number_of(value)) {
      out[metric] = *number;
    } else if (const json::array* list = value.if_array(); list != nullptr && !list->empty()) {
      json::array parts;
      for (const json::value& item : *list) {
        if (parts.size() == limits::worker_metric_parts_max) break;
        const auto number_of_part = number_of(item);
        // A part that said nothing keeps its place: the next one is another card.
        parts.push_back(number_of_part ? json::value(*number_of_part) : json::value());
      }
      out[metric] = std::move(parts);
    }
  }
  return out;
}

void for_each_stat(const json::object& stats,
                   const std::function<void(std::string_view, std::string_view, const Spread&)>& visit) {
  for (const auto& [metric, value] : stats) {
    const json::array* parts = value.if_array();
    if (parts == nullptr) {
      if (const auto spread = spread_of(value)) visit(metric, "total", *spread);
      continue;
    }
    for (std::size_t i = 0; i < parts->size(); ++i) {
      char text[24];
      const auto end = std::to_chars(std::begin(text), std::end(text), i).ptr;
      if (const auto spread = spread_of(parts->at(i))) visit(metric, std::string_view(text, end), *spread);
    }
  }
}

void MergedStats::add(const json::object& stats) {
  for (const auto& [metric, value] : stats) {
    json::value& so_far = stats_[metric];
    const json::array* parts = value.if_array();
    if (parts == nullptr) {
      if (so_far.is_array()) continue;  // it was told card by card before: one number for all does not belong to any
      add_to(so_far, value);
      continue;
    }
    if (!so_far.is_array()) so_far = json::array();
    json::array& sums = so_far.get_array();
    for (std::size_t i = 0; i < parts->size(); ++i) {
      if (sums.size() <= i) sums.emplace_back(nullptr);
      add_to(sums[i], parts->at(i));
    }
  }
}

}  // namespace jarvis::server::domain
