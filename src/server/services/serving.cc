// The serving service: containers that serve models say what they do; endpoints are what several of them serve
// together.
#include "server/services/serving.h"

#include <algorithm>
#include <array>

#include "server/domain/serving_stats.h"

namespace jarvis::server::serving {
namespace {

constexpr std::int64_t kLifeSeconds = 600;
/// What a container says of itself once and again.
constexpr std::array<std::string_view, 11> kInfo{
    "endpoint_name", "endpoint_url", "model_name", "model_source", "model_version", "preprocess_artifact",
    "input_type",    "input_size",   "reference",  "tags",         "system_tags"};

ApiResult<json::object> load_or_new(store::Transaction& tx, const Call& call, const std::string& container,
                                    WallTime now) {
  TRY(const store::Rows rows,
      tx.run("serving_get", {std::string_view(call.identity.company.str()), std::string_view(container)}));
  if (!rows.empty()) return parse_json_object(rows.front().text(0));
  return json::object{{"container_id", container},
                      {"user", call.identity.user.str()},
                      {"register_time", to_iso(now)},
                      {"register_timeout", kLifeSeconds},
                      {"last_report_time", nullptr}};
}

ApiResult<void> save(store::Transaction& tx, const Call& call, json::object& container, WallTime now) {
  for (const std::string_view key : kInfo) {
    if (const json::value* value = find(call.body, key); value != nullptr && !value->is_null()) container[key] = *value;
  }
  container["last_update"] = to_iso(now);
  const std::string id = get_string_or(container, "container_id", ""),
                    url = get_string_or(container, "endpoint_url", "");
  const std::int64_t life =
      std::clamp<std::int64_t>(get_int(container, "register_timeout").value_or(kLifeSeconds), 1, 1'000'000'000);
  const std::string text = to_text(container);
  CHECK_OK(tx.run("serving_put", {std::string_view(call.identity.company.str()), std::string_view(id),
                                  std::string_view(url), now.ms() + life * 1000, std::string_view(text)}));
  return {};
}

ApiResult<std::string> container_of(const Call& call) {
  const std::string id = get_string_or(call.body, "container_id", "");
  if (id.empty()) return ApiError(api::validation_error, "container_id: must not be empty");
  return id;
}

}  // namespace

ApiResult<Reply> register_container(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const std::string id, container_of(call));
  const WallTime now = services.clock.wall();
  TRY(json::object container, load_or_new(tx, call, id, now));
  if (const auto timeout = get_int(call.body, "timeout"); timeout && *timeout > 0)
    container["register_timeout"] = *timeout;
  CHECK_OK(save(tx, call, container, now));
  return Reply();
}

ApiResult<Reply> unregister_container(Services&, store::Transaction& tx, const Call& call) {
  TRY(const std::string id, container_of(call));
  CHECK_OK(tx.run("serving_delete", {std::string_view(call.identity.company.str()), std::string_view(id)}));
  return Reply();
}

// A container that the server does not know registers itself by its report, as workers do.
ApiResult<Reply> container_status_report(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const std::string id, container_of(call));
  const WallTime now = services.clock.wall();
  TRY(json::object container, load_or_new(tx, call, id, now));
  for (const std::string_view key : {"uptime_sec", "requests_num", "requests_min", "latency_ms"}) {
    if (const auto value = get_double(call.body, key)) container[key] = call.body.at(key);
  }
  container["last_report_time"] = to_iso(now);
  CHECK_OK(save(tx, call, container, now));
  const std::string url = get_string_or(container, "endpoint_url", "");
  if (url.empty()) return Reply();  // it is still loading: nothing is served
  const std::string stats = to_text(domain::serving_stats(call.body));
  CHECK_OK(tx.run("serving_sample_put", {std::string_view(call.identity.company.str()), std::string_view(url),
                                         std::string_view(id), now.ms(), std::string_view(stats)}));
  return Reply();
}

}  // namespace jarvis::server::serving

namespace jarvis::server {

std::span<const Endpoint> serving_endpoints() {
  using enum Access;
  static const std::array rows{
      Endpoint{"serving.register_container", {2, 31}, signed_in, Write{serving::register_container}},
      Endpoint{"serving.unregister_container", {2, 31}, signed_in, Write{serving::unregister_container}},
      Endpoint{"serving.container_status_report", {2, 31}, signed_in, Write{serving::container_status_report}},
      Endpoint{"serving.get_endpoints", {2, 31}, signed_in, Read{serving::get_endpoints}},
      Endpoint{"serving.get_loading_instances", {2, 31}, signed_in, Read{serving::get_loading_instances}},
      Endpoint{"serving.get_endpoint_details", {2, 31}, signed_in, Read{serving::get_endpoint_details}},
      Endpoint{"serving.get_endpoint_metrics_history",
               {2, 31},
               signed_in,
               Pool{serving::get_endpoint_metrics_history, Effect::reads}},
  };
  return rows;
}

}  // namespace jarvis::server
