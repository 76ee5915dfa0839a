// Charts of queues: how many tasks waited, and for how long.
#include <cmath>
#include <map>

#include "server/domain/chart.h"
#include "server/services/queues.h"
#include "server/store/documents.h"
#include "server/store/queue_samples.h"

namespace jarvis::server::queues {
namespace {

using domain::Chart;

struct Point {
  double wait = 0, length = 0;
};
using Points = std::map<std::int64_t, Point>;  // by the begin of the interval, in seconds

/// Of several samples in an interval the one with the longest wait counts, and its length with it.
ApiResult<Points> points_of(store::Transaction& tx, const std::string& queue, const Chart& chart) {
  TRY(const auto samples, store::queue_samples(tx, QueueId(queue), chart.from_ms, chart.to_ms));
  Points out;
  for (const store::QueueSample& sample : samples) {
    const auto [point, is_new] = out.try_emplace(chart.interval_of(sample.time_ms) / 1000);
    if (is_new || sample.wait_seconds() >= point->second.wait)
      point->second = {.wait = sample.wait_seconds(), .length = static_cast<double>(sample.length)};
  }
  return out;
}

json::object shown(std::string_view queue, const Points& points) {
  json::array dates, waits, lengths;
  for (const auto& [date, point] : points) {
    dates.emplace_back(date);
    waits.emplace_back(point.wait);
    lengths.emplace_back(std::llround(point.length));
  }
  return {{"queue", queue},
          {"dates", std::move(dates)},
          {"avg_waiting_times", std::move(waits)},
          {"queue_lengths", std::move(lengths)}};
}

/// The average over the queues that were sampled in the interval.
Points average(const std::vector<Points>& all) {
  std::map<std::int64_t, std::pair<Point, double>> sums;
  for (const Points& points : all) {
    for (const auto& [date, point] : points) {
      auto& [sum, count] = sums[date];
      sum.wait += point.wait;
      sum.length += point.length;
      count += 1;
    }
  }
  Points out;
  for (const auto& [date, sum] : sums)
    out[date] = {.wait = sum.first.wait / sum.second, .length = sum.first.length / sum.second};
  return out;
}

ApiResult<std::vector<std::string>> queues_of(store::Transaction& tx, const Call& call) {
  store::Query query;
  query.where = store::filter::equals({"company"}, json::value(call.identity.company.str()));
  std::vector<std::string> asked = get_strings(call.body, "queue_ids");
  if (!asked.empty()) {
    std::vector<json::value> ids(asked.begin(), asked.end());
    query.where = store::filter::all({query.where, store::filter::one_of({"id"}, std::move(ids))});
  }
  return store::find_ids(tx, store::Kind::queue, query);
}

}  // namespace

ApiResult<Reply> get_queue_metrics(Services& services, const Call& call) {
  TRY(const Chart chart, domain::chart_from(call.body, domain::IntervalsFrom::epoch, std::chrono::milliseconds(1000)));
  const bool is_refresh = get_bool_or(call.body, "refresh", false);
  CHECK_OK(store::sample_queues(services.store, services.clock.wall(),
                                is_refresh ? store::Unchanged::now : store::Unchanged::once_a_minute));
  return services.store.read([&](store::Transaction& tx) -> ApiResult<Reply> {
    TRY(const auto queues, queues_of(tx, call));
    std::vector<Points> all;
    json::array out;
    for (const std::string& queue : queues) {
      TRY(Points points, points_of(tx, queue, chart));
      out.emplace_back(shown(queue, points));
      all.push_back(std::move(points));
    }
    if (get_strings(call.body, "queue_ids").empty()) out = {shown("all", average(all))};
    return json::object{{"queues", std::move(out)}};
  });
}

}  // namespace jarvis::server::queues
