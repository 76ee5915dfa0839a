// Charts of workers: what their machines reported over time, and how many of them there were.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/limits.h"
#include "server/domain/chart.h"
#include "server/domain/worker_stats.h"
#include "server/services/workers.h"
#include "server/store/store.h"

namespace jarvis::server::workers {
namespace {

using domain::Chart;
using domain::Spread;

constexpr std::array<std::string_view, 3> kAggregations{"avg", "min", "max"};

double aggregated(const Spread& spread, std::string_view aggregation) {
  if (aggregation == "min") return spread.min;
  return aggregation == "max" ? spread.max : spread.average();
}

/// A metric, and what of its values is asked for.
struct AskedMetric {
  std::string key;
  std::vector<std::string> aggregations;
};

ApiResult<std::vector<AskedMetric>> asked_metrics(const json::object& body) {
  std::vector<AskedMetric> out;
  const json::array* items = get_array(body, "items");
  for (const json::value& item : items == nullptr ? json::array() : *items) {
    const auto key = item.is_object() ? get_string(item.get_object(), "key") : std::nullopt;
    if (!key || key->empty()) return ApiError(api::validation_error, "items: an item has no key");
    const std::string aggregation = get_string_or(item.get_object(), "category", "avg");
    if (std::ranges::find(kAggregations, aggregation) == kAggregations.end())
      return ApiError(api::validation_error, "items: category is avg, min or max, not " + aggregation);
    auto known = std::ranges::find(out, *key, &AskedMetric::key);
    if (known == out.end()) known = out.insert(out.end(), AskedMetric{*key, {}});
    if (std::ranges::find(known->aggregations, aggregation) == known->aggregations.end())
      known->aggregations.push_back(aggregation);
  }
  if (out.empty()) return ApiError(api::validation_error, "items: at least one metric is needed");
  return out;
}

/// Variants in the order of their numbers: "2" before "10".
struct ByNumber {
  bool operator()(const std::string& a, const std::string& b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};
/// Begin of the interval → what was reported in it.
using Series = std::map<std::int64_t, Spread>;
/// Metric → variant → points. Without a split, all variants are one.
using AllSeries = std::map<std::string, std::map<std::string, Series, ByNumber>, std::less<>>;

ApiResult<AllSeries> series_of(store::Transaction& tx, const Call& call, const std::string& worker, const Chart& chart,
                               const std::vector<AskedMetric>& metrics, bool is_split) {
  TRY(const store::Rows rows, tx.run("worker_samples_of", {std::string_view(call.identity.company.str()),
                                                           std::string_view(worker), chart.from_ms, chart.to_ms}));
  AllSeries out;
  for (const store::Row& row : rows) {
    TRY(const json::object stats, parse_json_object(row.text(1)));
    const std::int64_t date = chart.interval_of(row.integer(0)) / 1000;
    domain::for_each_stat(stats, [&](std::string_view metric, std::string_view variant, const Spread& spread) {
      if (std::ranges::find(metrics, metric, &AskedMetric::key) == metrics.end()) return;
      out[std::string(metric)][is_split ? std::string(variant) : ""][date].add(spread);
    });
  }
  return out;
}

json::object shown(const AskedMetric& metric, const std::string& variant, const Series& series) {
  json::array dates, stats;
  for (const auto& [date, spread] : series)
    dates.emplace_back(date);
  for (const std::string& aggregation : metric.aggregations) {
    json::array values;
    for (const auto& [date, spread] : series)
      values.emplace_back(aggregated(spread, aggregation));
    stats.emplace_back(json::object{{"aggregation", aggregation}, {"values", std::move(values)}});
  }
  json::object out{{"metric", metric.key}};
  if (!variant.empty()) out["variant"] = variant;
  out["dates"] = std::move(dates);
  out["stats"] = std::move(stats);
  return out;
}

/// Those that the request names, else all of the company that reported in the period.
ApiResult<std::vector<std::string>> asked_workers(store::Transaction& tx, const Call& call, const Chart& chart) {
  std::vector<std::string> out = get_strings(call.body, "worker_ids");
  if (!out.empty()) {
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }
  const std::string company = call.identity.company.str();
  TRY(const store::Rows counted,
      tx.run("worker_samples_counted", {std::string_view(company), chart.from_ms, chart.to_ms}));
  if (counted.front().integer(0) > static_cast<std::int64_t>(limits::statistics_rows_max)) {
    return ApiError(api::validation_error, "worker_ids: all workers reported " +
                                               std::to_string(counted.front().integer(0)) +
                                               " times in this period. Name some of them, or ask for a shorter one");
  }
  TRY(const store::Rows rows, tx.run("workers_sampled", {std::string_view(company), chart.from_ms, chart.to_ms}));
  for (const store::Row& row : rows)
    out.push_back(row.text(0));
  return out;
}

/// Reports that are merged into one for several minutes would leave holes in a finer chart.
std::chrono::milliseconds finest_interval(const Call& call, WallTime now) {
  const double fresh_from = static_cast<double>((now - limits::worker_samples_fresh).ms()) / 1000;
  const bool is_merged = get_double(call.body, "from_date").value_or(0) < fresh_from;
  return is_merged ? limits::worker_samples_merged_span : limits::worker_chart_interval_min;
}

std::string category_of(std::string_view metric) {
  return std::string(metric.substr(0, metric.find('_')));
}

}  // namespace

ApiResult<Reply> get_stats(Services& services, const Call& call) {
  TRY(const Chart chart,
      domain::chart_from(call.body, domain::IntervalsFrom::epoch, finest_interval(call, services.clock.wall())));
  TRY(const auto metrics, asked_metrics(call.body));
  const bool is_split = get_bool_or(call.body, "split_by_variant", false);
  return services.store.read([&](store::Transaction& tx) -> ApiResult<Reply> {
    TRY(const auto workers, asked_workers(tx, call, chart));
    json::array out;
    for (const std::string& worker : workers) {
      TRY(const AllSeries all, series_of(tx, call, worker, chart, metrics, is_split));
      json::array shown_metrics;
      for (const AskedMetric& metric : metrics) {
        const auto found = all.find(metric.key);
        if (found == all.end()) continue;
        for (const auto& [variant, series] : found->second)
          shown_metrics.emplace_back(shown(metric, variant, series));
      }
      if (shown_metrics.empty()) continue;  // it reported nothing in the period
      out.emplace_back(json::object{{"worker", worker}, {"metrics", std::move(shown_metrics)}});
    }
    return json::object{{"workers", std::move(out)}};
  });
}

ApiResult<Reply> get_metric_keys(Services& services, const Call& call) {
  const std::string company = call.identity.company.str();
  return services.store.read([&](store::Transaction& tx) -> ApiResult<Reply> {
    std::vector<std::string> workers = get_strings(call.body, "worker_ids");
    const bool are_named = !workers.empty();
    if (!are_named) {
      TRY(const store::Rows rows,
          tx.run("workers_sampled", {std::string_view(company), std::int64_t{0}, services.clock.wall().ms() + 1}));
      for (const store::Row& row : rows)
        workers.push_back(row.text(0));
    }
    std::map<std::string, std::set<std::string>> keys;
    for (const std::string& worker : workers) {
      TRY(const store::Rows rows, tx.run("worker_sample_last", {std::string_view(company), std::string_view(worker)}));
      if (rows.empty()) continue;
      TRY(const json::object stats, parse_json_object(rows.front().text(0)));
      for (const auto& [metric, value] : stats)
        keys[category_of(metric)].emplace(metric);
    }
    if (keys.empty() && are_named) return ApiError(api::worker_stats_not_found, "these workers have not reported any");
    json::array categories;
    for (const auto& [name, metrics] : keys)
      categories.emplace_back(
          json::object{{"name", name}, {"metric_keys", json::array(metrics.begin(), metrics.end())}});
    return json::object{{"categories", std::move(categories)}};
  });
}

ApiResult<Reply> get_activity_report(Services& services, const Call& call) {
  TRY(const Chart chart,
      domain::chart_from(call.body, domain::IntervalsFrom::begin, finest_interval(call, services.clock.wall())));
  return services.store.read([&](store::Transaction& tx) -> ApiResult<Reply> {
    TRY(const store::Rows rows, tx.run("workers_active", {std::string_view(call.identity.company.str()), chart.from_ms,
                                                          chart.to_ms, chart.interval_ms}));
    json::array dates, total, active;
    for (std::int64_t i = 0; i < chart.size(); ++i) {
      dates.emplace_back((chart.from_ms + i * chart.interval_ms) / 1000);
      total.emplace_back(nullptr);
      active.emplace_back(nullptr);
    }
    for (const store::Row& row : rows) {
      const auto place = static_cast<std::size_t>(row.integer(0));
      total.at(place) = row.integer(1);
      active.at(place) = row.integer(2);
    }
    return json::object{{"total", {{"dates", dates}, {"counts", std::move(total)}}},
                        {"active", {{"dates", dates}, {"counts", std::move(active)}}}};
  });
}

}  // namespace jarvis::server::workers
