// Endpoints as people see them: what is served where, by which containers, how well.
#include <algorithm>
#include <map>

#include "base/limits.h"
#include "server/domain/chart.h"
#include "server/domain/serving_stats.h"
#include "server/domain/worker_stats.h"
#include "server/services/serving.h"

namespace jarvis::server::serving {
namespace {

using domain::ServingMetric;
using domain::Spread;
using Containers = std::vector<json::object>;

ApiResult<Containers> parsed(const store::Rows& rows) {
  Containers out;
  for (const store::Row& row : rows) {
    TRY(json::object container, parse_json_object(row.text(0)));
    out.push_back(std::move(container));
  }
  return out;
}

ApiResult<Containers> alive(store::Transaction& tx, const Call& call, WallTime now) {
  TRY(const store::Rows rows, tx.run("serving_alive", {std::string_view(call.identity.company.str()), now.ms()}));
  return parsed(rows);
}

Spread values_of(const Containers& containers, std::string_view key) {
  Spread out;
  for (const json::object& container : containers) {
    if (const auto value = get_double(container, key)) out.add(Spread::of(*value));
  }
  return out;
}

std::string last_update(const Containers& containers) {
  std::string out;
  for (const json::object& container : containers)
    out = std::max(out, get_string_or(container, "last_update", ""));
  return out;
}

json::value field(const json::object& container, std::string_view key) {
  const json::value* value = find(container, key);
  return value == nullptr ? json::value() : *value;
}

/// The fields that describe what is served, the same for all containers of an endpoint.
json::object description(const json::object& container) {
  return {{"endpoint", field(container, "endpoint_name")},
          {"model", field(container, "model_name")},
          {"url", field(container, "endpoint_url")},
          {"model_source", field(container, "model_source")},
          {"model_version", field(container, "model_version")},
          {"preprocess_artifact", field(container, "preprocess_artifact")},
          {"input_type", field(container, "input_type")},
          {"input_size", field(container, "input_size")}};
}

/// Seconds since it was registered, while it has not said itself how long it has been up.
json::value uptime(const json::object& container, WallTime now) {
  if (const json::value* said = find(container, "uptime_sec"); said != nullptr && said->is_number()) return *said;
  const auto registered = from_iso(get_string_or(container, "register_time", ""));
  return registered ? json::value((now.us - registered->us) / 1'000'000) : json::value(0);
}

json::object endpoint_stats(const std::string& url, const Containers& containers) {
  const json::object& first = containers.front();
  return {{"endpoint", field(first, "endpoint_name")},
          {"model", field(first, "model_name")},
          {"url", url},
          {"instances", containers.size()},
          {"uptime_sec", static_cast<std::int64_t>(values_of(containers, "uptime_sec").max)},
          {"requests", static_cast<std::int64_t>(values_of(containers, "requests_num").sum)},
          {"requests_min", values_of(containers, "requests_min").average()},
          {"latency_ms", static_cast<std::int64_t>(values_of(containers, "latency_ms").average())},
          {"last_update", last_update(containers)}};
}

json::object instance_stats(const json::object& container) {
  json::array reference;
  if (const json::array* given = get_array(container, "reference")) reference = *given;
  return {{"id", field(container, "container_id")},
          {"uptime_sec", field(container, "uptime_sec")},
          {"requests", field(container, "requests_num")},
          {"requests_min", field(container, "requests_min")},
          {"latency_ms", field(container, "latency_ms")},
          {"last_update", field(container, "last_update")},
          {"reference", std::move(reference)}};
}

using Series = std::map<std::int64_t, Spread>;

json::object chart_of(std::string_view title, const Series& series, ServingMetric::Total total) {
  json::array dates, values;
  for (const auto& [date, spread] : series) {
    dates.emplace_back(date);
    values.emplace_back(total == ServingMetric::Total::sum ? spread.sum : spread.average());
  }
  return {{"title", title}, {"dates", std::move(dates)}, {"values", std::move(values)}};
}

}  // namespace

ApiResult<Reply> get_endpoints(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const Containers containers, alive(tx, call, services.clock.wall()));
  std::map<std::string, Containers> by_url;
  for (const json::object& container : containers) {
    const std::string url = get_string_or(container, "endpoint_url", "");
    if (!url.empty()) by_url[url].push_back(container);
  }
  json::array endpoints;
  for (const auto& [url, served] : by_url)
    endpoints.emplace_back(endpoint_stats(url, served));
  return json::object{{"endpoints", std::move(endpoints)}};
}

ApiResult<Reply> get_loading_instances(Services& services, store::Transaction& tx, const Call& call) {
  const WallTime now = services.clock.wall();
  TRY(const Containers containers, alive(tx, call, now));
  json::array instances;
  for (const json::object& container : containers) {
    if (!get_string_or(container, "endpoint_url", "").empty()) continue;
    json::object instance = description(container);
    instance["id"] = field(container, "container_id");
    instance["uptime_sec"] = uptime(container, now);
    instance["last_update"] = field(container, "last_update");
    instances.emplace_back(std::move(instance));
  }
  return json::object{{"instances", std::move(instances)}};
}

ApiResult<Reply> get_endpoint_details(Services& services, store::Transaction& tx, const Call& call) {
  const std::string url = get_string_or(call.body, "endpoint_url", "");
  TRY(const store::Rows rows, tx.run("serving_of_url", {std::string_view(call.identity.company.str()),
                                                        services.clock.wall().ms(), std::string_view(url)}));
  TRY(const Containers containers, parsed(rows));
  if (url.empty() || containers.empty()) return ApiError(api::no_such_endpoint, "endpoint_url=" + url);
  json::object reply = description(containers.front());
  reply["uptime_sec"] = static_cast<std::int64_t>(values_of(containers, "uptime_sec").max);
  reply["last_update"] = last_update(containers);
  json::array instances;
  for (const json::object& container : containers)
    instances.emplace_back(instance_stats(container));
  reply["instances"] = std::move(instances);
  return reply;
}

ApiResult<Reply> get_endpoint_metrics_history(Services& services, const Call& call) {
  TRY(const domain::Chart chart,
      domain::chart_from(call.body, domain::IntervalsFrom::epoch, limits::worker_chart_interval_min));
  const ServingMetric* metric = domain::find_serving_metric(get_string_or(call.body, "metric_type", "requests"));
  if (metric == nullptr) return ApiError(api::validation_error, "metric_type: there is no such metric");
  const std::string company = call.identity.company.str(), url = get_string_or(call.body, "endpoint_url", "");
  TRY(const store::Rows rows, services.store.read([&](store::Transaction& tx) -> ApiResult<store::Rows> {
    const std::vector<store::Param> which{std::string_view(company), std::string_view(url), chart.from_ms, chart.to_ms};
    TRY(const store::Rows counted, tx.run("serving_samples_counted", which));
    if (counted.front().integer(0) > static_cast<std::int64_t>(limits::statistics_rows_max))
      return ApiError(api::validation_error, "to_date: ask for a shorter period");
    return tx.run("serving_samples_of", which);
  }));
  // Within an interval a container's reports are averaged; the containers are added up, or averaged.
  std::map<std::string, Series> by_container;
  for (const store::Row& row : rows) {
    TRY(const json::object stats, parse_json_object(row.text(2)));
    const auto value = get_double(stats, metric->name);
    if (value) by_container[row.text(0)][chart.interval_of(row.integer(1)) / 1000].add(Spread::of(*value));
  }
  Series total;
  json::object instances;
  for (const auto& [container, series] : by_container) {
    for (const auto& [date, spread] : series)
      total[date].add(Spread::of(spread.average()));
    instances[container] = chart_of(container, series, ServingMetric::Total::average);
  }
  json::object reply{{"computed_interval", chart.interval_ms / 1000},
                     {"total", chart_of(metric->title, total, metric->total)}};
  if (get_bool_or(call.body, "instance_charts", true)) reply["instances"] = std::move(instances);
  return reply;
}

}  // namespace jarvis::server::serving
