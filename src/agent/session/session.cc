#include "agent/session/session.h"

#include "base/digest.h"
#include "base/pause.h"

namespace jarvis::agent {
namespace {

using std::chrono::milliseconds;

// Renewed so long before its end that a call under way never meets an expired token.
constexpr auto kRenewBefore = std::chrono::seconds(360);
constexpr int kStaleLease = 190;
constexpr auto kTokenLife = std::chrono::seconds(365 * 86'400);

Error error_of(const HttpAnswer& answer, const std::string& path) {
  std::string message = "HTTP " + std::to_string(answer.status);
  std::int64_t subcode = 0;
  if (const auto body = parse_json_object(answer.body)) {
    if (const json::object* meta = get_object(*body, "meta")) {
      message = get_string_or(*meta, "result_msg", message);
      subcode = get_int(*meta, "result_subcode").value_or(0);
    }
  }
  const std::string text = path + ": " + message;
  if (answer.status == 401) return Error(ErrorCode::unauthorized, text);
  if (answer.status == 400 && subcode == kStaleLease) return Error(ErrorCode::conflict, text);
  if (answer.status == 403) return Error(ErrorCode::forbidden, text);
  if (answer.status == 404) return Error(ErrorCode::not_found, text);
  if (answer.status == 413) return Error(ErrorCode::too_large, text);
  if (answer.status == 429 || answer.status >= 500) return Error(ErrorCode::unavailable, text);
  return Error(ErrorCode::invalid_argument, text);
}

/// The end of a token, read without checking its signature: only the server can do that.
WallTime expiry_of(const std::string& token, WallTime now) {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first != std::string::npos && last > first) {
    if (const auto claims = base64url_decode(std::string_view(token).substr(first + 1, last - first - 1))) {
      if (const auto object = parse_json_object(*claims)) {
        if (const auto expires = get_int(*object, "exp")) return {*expires * 1'000'000};
      }
    }
  }
  return now + std::chrono::hours(1);
}

}  // namespace

Session::Session(SessionOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), http_(options_.http) {}

Result<json::object> Session::exchange(const std::string& path, std::string body, const std::string& authorization,
                                       const CallOptions& options) {
  HttpCall call;
  call.url = options_.api_server + path;
  call.body = std::move(body);
  call.timeout = options.timeout;
  call.headers = {"Content-Type: " + options.content_type, "X-ClearML-Agent: jarvis-agent/" JARVIS_VERSION};
  if (!options_.worker.empty()) call.headers.push_back("X-ClearML-Worker: " + options_.worker);
  if (!authorization.empty()) call.headers.push_back("Authorization: " + authorization);
  if (options_.lease)
    call.headers.push_back("X-Jarvis-Lease: " + options_.lease->task + ":" + std::to_string(options_.lease->epoch));
  TRY(const HttpAnswer answer, http_.send(call, options.stop));
  if (answer.status != 200) return error_of(answer, path);
  auto parsed = parse_json_object(answer.body);
  if (!parsed || get_object(*parsed, "data") == nullptr) {
    return unavailable(options_.api_server + path + " did not answer like an API server: is api.api_server right?");
  }
  return std::move(parsed->at("data").as_object());
}

std::string Session::credentials() const {
  if (options_.keys.access_key.empty()) return "Bearer " + options_.keys.token;
  return "Basic " + base64_encode(options_.keys.access_key + ":" + options_.keys.secret_key);
}

/// With the keys at hand, else with those that have come since.
Result<json::object> Session::log_in(const json::object& body) {
  auto data = exchange("/auth.login", to_text(body), credentials(), {});
  if (data || data.error().code() != ErrorCode::unauthorized || !options_.newest_keys) return data;
  ApiKeys newest = options_.newest_keys();
  if (newest == options_.keys) return data;
  options_.keys = std::move(newest);
  return exchange("/auth.login", to_text(body), credentials(), {});
}

Status Session::login() {
  if (options_.keys == ApiKeys()) {
    return not_found("no credentials: run `jarvis-agent init`, or set JARVIS_API_ACCESS_KEY and JARVIS_API_SECRET_KEY");
  }
  TRY(const json::object data, log_in({}));
  token_ = get_string_or(data, "token", "");
  if (token_.empty()) return unavailable("auth.login gave no token");
  token_expires_ = expiry_of(token_, clock_.wall());
  return {};
}

Result<json::object> Session::call(std::string_view action, const json::object& body, const CallOptions& options) {
  return call_text(action, to_text(body), options);
}

Result<json::object> Session::call_text(std::string_view action, std::string body, const CallOptions& options) {
  if (token_.empty() || clock_.wall() + kRenewBefore >= token_expires_) CHECK_OK(login());
  const std::string path = "/" + std::string(action);
  auto data = exchange(path, body, "Bearer " + token_, options);
  if (data || data.error().code() != ErrorCode::unauthorized) return data;
  // Revoked, or the server has a new key: the pair itself may still be good.
  CHECK_OK(login());
  return exchange(path, std::move(body), "Bearer " + token_, options);
}

Result<ServerInfo> Session::server_info() {
  auto data = exchange("/server.info", "{}", "", {.timeout = std::chrono::seconds(10)});
  if (!data) {
    const ErrorCode code = data.error().code();
    if (code == ErrorCode::not_found || code == ErrorCode::unauthorized || code == ErrorCode::forbidden)
      return ServerInfo{};
    return std::move(data).error();
  }
  ServerInfo info{.version = get_string_or(*data, "version", "")};
  if (const json::object* extensions = get_object(*data, "extensions")) {
    info.has_long_poll = get_bool_or(*extensions, "long_poll", false);
    info.has_leases = get_bool_or(*extensions, "leases", false);
    info.has_log_sequence = get_bool_or(*extensions, "log_sequence", false);
  }
  return info;
}

Result<std::string> Session::job_token() {
  json::object body;
  if (options_.lease) {
    // Training may take months.
    body = {{"lease_task", options_.lease->task},
            {"lease_epoch", options_.lease->epoch},
            {"expiration_sec", kTokenLife.count()}};
  }
  TRY(const json::object data, log_in(body));
  return get_string_or(data, "token", "");
}

bool is_away(const Error& error) {
  return error.is_retryable();
}

bool is_worth_waiting(const Error& error) {
  return error.is_retryable() || error.code() == ErrorCode::unauthorized;
}

Result<json::object> with_retries(const Clock& clock, milliseconds budget, const std::stop_token& stop,
                                  const std::function<Result<json::object>()>& attempt,
                                  const std::function<void(const Error&)>& on_retry, bool (*passes)(const Error&)) {
  const SteadyTime end = clock.steady() + budget;
  SteadyTime next_report = clock.steady();
  milliseconds wait(200);
  while (true) {
    auto result = attempt();
    if (result || !passes(result.error()) || clock.steady() >= end) return result;
    if (on_retry && clock.steady() >= next_report) {
      on_retry(result.error());
      next_report = clock.steady() + std::chrono::minutes(1);
    }
    if (!pause_for(wait, stop)) return result;
    wait = std::min<milliseconds>(wait * 2, std::chrono::seconds(10));
  }
}

}  // namespace jarvis::agent
