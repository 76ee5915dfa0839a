#include "server/http/api_handler.h"

#include <algorithm>

#include "base/assert.h"
#include "base/ids.h"
#include "base/log.h"
#include "server/auth/authority.h"
#include "server/http/arguments.h"
#include "server/http/event_stream.h"
#include "server/services.h"

namespace jarvis::server::http {
namespace {

constexpr std::string_view kCookie = "clearml_token_basic";
constexpr std::string_view kLogin = "auth.login";

/// X-ClearML-Name, or its older twin X-Trains-Name.
std::string_view twin_header(const HttpRequest& request, std::string_view name) {
  const std::string_view value = request.header("X-ClearML-" + std::string(name));
  return value.empty() ? request.header("X-Trains-" + std::string(name)) : value;
}

bool is_administrator(Role role) {
  return role == Role::admin || role == Role::root || role == Role::system;
}

bool may_call(const Endpoint& endpoint, Role role) {
  switch (endpoint.access) {
    case Access::everyone:
      return true;
    case Access::signed_in:
      break;
    case Access::admin:
      return is_administrator(role);
    case Access::system:
      return role == Role::root || role == Role::system;
  }
  const auto* pool = std::get_if<Pool>(&endpoint.run);
  const bool only_reads =
      std::holds_alternative<Read>(endpoint.run) || (pool != nullptr && pool->effect == Effect::reads);
  return only_reads || (role != Role::guest && role != Role::annotator);
}

// A browser sends the cookie by itself, also for a page of somebody else: then the call is not what its user wanted.
bool is_from_another_site(const HttpRequest& request) {
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (!site.empty()) return site != "same-origin" && site != "same-site" && site != "none";
  const std::string_view origin = request.header("Origin");
  if (origin.empty()) return false;
  const auto host_of = [](std::string_view text) {
    if (const auto slashes = text.find("//"); slashes != std::string_view::npos) text.remove_prefix(slashes + 2);
    return text.substr(0, text.rfind(':'));
  };
  return host_of(origin) != host_of(request.header("Host"));
}

std::optional<LeaseClaim> lease_header(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::int64_t epoch = 0;
  for (const char c : text.substr(colon + 1)) {
    if (c < '0' || c > '9' || epoch > 1'000'000'000'000) return std::nullopt;
    epoch = epoch * 10 + (c - '0');
  }
  return LeaseClaim{TaskId(text.substr(0, colon)), epoch};
}

std::string cookie_header(const Cookie& cookie) {
  return cookie.name + "=" + cookie.value +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(cookie.max_age.count());
}

/// The header that makes a browser save a file under this name; other characters than these could end the header.
std::string attachment(const std::string& name) {
  std::string safe;
  for (const char c : name) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          std::string_view("._- ").find(c) != std::string_view::npos;
    safe += is_plain ? c : '_';
  }
  return "attachment; filename=\"" + safe + "\"";
}

}  // namespace

/// One call under way: answers it once, in the envelope, with a line in the log.
struct ApiHandler::Exchange final : ParkedReply, std::enable_shared_from_this<ApiHandler::Exchange> {
  Meta meta;
  std::shared_ptr<Responder> responder;
  std::string cors_origin;
  const Clock* clock = nullptr;
  std::shared_ptr<RequestMeter> meter;  // none before the endpoint is known
  bool is_parked = false;               // it waits by intention: its time says nothing
  SteadyTime started;
  std::atomic<bool> is_done{false};

  void complete(ApiResult<Reply> reply) override {
    if (is_done.exchange(true)) return;
    HttpResponse response;
    response.status = reply ? 200 : reply.error().code().status;
    if (reply && reply->saved) {
      response.content_type = reply->saved->content_type;
      response.headers.emplace_back("Content-Disposition", attachment(reply->saved->name));
      response.body = std::move(reply->saved->body);
    } else {
      response.body = envelope(meta, reply);
    }
    if (reply) {
      for (const Cookie& cookie : reply->cookies)
        response.headers.emplace_back("Set-Cookie", cookie_header(cookie));
    }
    if (!cors_origin.empty()) {
      response.headers.emplace_back("Access-Control-Allow-Origin", cors_origin);
      response.headers.emplace_back("Vary", "Origin");
    }
    if (meter) meter->add(response.status, is_parked ? std::nullopt : std::optional(clock->steady() - started));
    write_log(reply, response.status);
    responder->send(std::move(response));
  }
  bool is_cancelled() const override { return responder->is_closed(); }
  void on_cancel(std::function<void()> callback) override { responder->on_close(std::move(callback)); }

  void write_log(const ApiResult<Reply>& reply, int status) const {
    const auto level = status >= 500 ? log::Level::error : log::Level::debug;
    if (!log::is_enabled(level)) return;
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(clock->steady() - started).count();
    log::write(level, "call",
               {{"endpoint", meta.endpoint},
                {"status", status},
                {"us", us},
                {"trx", meta.trx},
                {"error", reply ? std::string() : reply.error().message()}});
  }
};

ApiHandler::ApiHandler(Services& services, std::span<const Endpoint> endpoints, ApiOptions options)
    : services_(services), options_(std::move(options)), schemas_([] {
        auto table = wire::compile_all();
        if (!table) log::error("the request schemas do not compile", {{"error", table.error().message()}});
        JV_ASSERT(table.has_value());
        return std::move(*table);
      }()) {
  for (const Endpoint& endpoint : endpoints) {
    const auto schema = schemas_.find(endpoint.name);
    if (schema == schemas_.end() && endpoint.body == Body::object)
      log::error("an endpoint has no schema", {{"endpoint", endpoint.name}});
    JV_ASSERT(schema != schemas_.end() || endpoint.body == Body::lines);
    rows_[std::string(endpoint.name)].push_back(
        {&endpoint, schema == schemas_.end() ? nullptr : &schema->second, std::make_shared<RequestMeter>()});
  }
  for (auto& [name, rows] : rows_) {
    std::sort(rows.begin(), rows.end(),
              [](const Row& a, const Row& b) { return a.endpoint->since > b.endpoint->since; });
  }
}

ApiResult<const ApiHandler::Row*> ApiHandler::find(const Target& target, Meta& meta) const {
  const auto found = rows_.find(target.endpoint);
  if (found != rows_.end()) {
    for (const Row& row : found->second) {
      if (!target.version || row.endpoint->since <= *target.version) {
        meta.actual = row.endpoint->since;
        return &row;
      }
    }
  }
  return ApiError(api::unknown_endpoint, target.endpoint);
}

ApiResult<Identity> ApiHandler::identify(const HttpRequest& request, const Endpoint& endpoint) const {
  const std::string_view authorization = request.header("Authorization");
  const std::string_view cookie = request.cookie(kCookie);
  const bool is_foreign = authorization.empty() && !cookie.empty() && is_from_another_site(request);
  if (endpoint.access == Access::everyone && authorization.empty()) {
    // Who it is, where a browser says so; a session that ended is nobody.
    if (cookie.empty() || is_foreign) return Identity{};
    return services_.authority.identity_from_token(cookie).value_or(Identity{});
  }
  if (is_foreign) return ApiError(api::unauthorized, "the session cookie is not accepted from another site");
  TRY(Identity identity, services_.authority.authenticate(authorization, cookie, request.peer));
  TRY(identity, impersonated(request, std::move(identity)));
  if (!may_call(endpoint, identity.role)) {
    return ApiError(api::forbidden_role,
                    "role '" + std::string(to_string(identity.role)) + "' may not call " + std::string(endpoint.name));
  }
  if (const auto lease = lease_header(request.header("X-Jarvis-Lease"))) identity.lease = lease;
  return identity;
}

ApiResult<Identity> ApiHandler::impersonated(const HttpRequest& request, Identity caller) const {
  const std::string_view impersonate = twin_header(request, "Impersonate-As");
  const std::string_view act = twin_header(request, "Act-As");
  if (impersonate.empty() && act.empty()) return caller;
  if (!impersonate.empty() && !act.empty()) return ApiError(api::ambiguous_impersonation);
  if (!is_administrator(caller.role))
    return ApiError(api::impersonation_refused, "role " + std::string(to_string(caller.role)));
  const UserId user(impersonate.empty() ? act : impersonate);
  TRY(auto other,
      services_.store.read([&](store::Transaction& tx) { return services_.authority.identity_of(tx, user); }));
  if (!other || other->company != caller.company)
    return ApiError(api::impersonation_refused, "unknown user " + user.str());
  other->session_id = caller.session_id;
  other->lease = caller.lease;
  other->key_expires = caller.key_expires;
  if (impersonate.empty()) other->role = caller.role;
  return std::move(*other);
}

Status ApiHandler::read_body(const HttpRequest& request, const Row& row, Call& call) {
  if (row.endpoint->body == Body::lines) {
    call.raw_body = request.body;
    return {};
  }
  TRY(call.body, read_arguments(request.header("Content-Type"), request.body, request.query()));
  return {};
}

void ApiHandler::handle(HttpRequest request, std::shared_ptr<Responder> responder) {
  request.peer = client_address(request, options_.trusted_proxies);
  auto exchange = std::make_shared<Exchange>();
  exchange->responder = responder;
  exchange->cors_origin = options_.cors_origin;
  exchange->clock = &services_.clock;
  exchange->started = services_.clock.steady();
  exchange->meta.id = random_id();
  const std::string_view trx = twin_header(request, "Trx");
  exchange->meta.trx = trx.empty() ? exchange->meta.id : std::string(trx.substr(0, 128));

  if (request.method == "OPTIONS") {
    HttpResponse response;
    if (!options_.cors_origin.empty()) {
      response.headers = {
          {"Access-Control-Allow-Origin", options_.cors_origin},
          {"Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"},
          {"Access-Control-Allow-Headers", "Authorization, Content-Type, X-ClearML-Client, X-ClearML-Impersonate-As"}};
    }
    return responder->send(std::move(response));
  }
  if (!request.header("Content-Encoding").empty()) {
    return responder->send({.status = 415,
                            .content_type = "text/plain; charset=utf-8",
                            .headers = {},
                            .body = "Content-Encoding is not supported\n"});
  }

  if (answer_page(request, responder, exchange)) return;

  const auto target = parse_target(request.path());
  if (!target)
    return exchange->complete(
        ApiError(api::malformed_request, "invalid request path " + std::string(request.path().substr(0, 256))));
  exchange->meta.endpoint = target->endpoint;
  exchange->meta.requested = target->version.value_or(kNewestApi);
  const auto row = find(*target, exchange->meta);
  if (!row) return exchange->complete(row.error());
  exchange->meter = (*row)->meter;

  auto identity = identify(request, *(*row)->endpoint);
  const auto is_no_key = [](const ApiError& error) {
    return error.is(api::wrong_credentials) && !error.data().contains("expired");
  };
  if (!identity && target->endpoint == kLogin && is_no_key(identity.error())) {
    // So perhaps a name and a password. To find out takes a while.
    return options_.pool([this, request = std::move(request), row = *row, version = target->version,
                          exchange = std::move(exchange)]() mutable {
      auto who = services_.authority.identity_from_password(request.header("Authorization"), request.peer);
      if (!who) return exchange->complete(std::move(who).error());
      answer(std::move(request), *row, std::move(*who), version, std::move(exchange));
    });
  }
  if (!identity) return exchange->complete(std::move(identity).error());
  answer(std::move(request), **row, std::move(*identity), target->version, std::move(exchange));
}

void ApiHandler::answer(HttpRequest request, const Row& row, Identity identity, std::optional<ApiVersion> version,
                        std::shared_ptr<Exchange> exchange) {
  auto call = std::make_shared<Call>();
  call->endpoint = row.endpoint->name;
  call->version = version.value_or(kNewestApi);
  call->identity = std::move(identity);
  call->peer = request.peer;
  call->worker = twin_header(request, "Worker");
  call->client = twin_header(request, "Client");
  call->trx = exchange->meta.trx;
  if (const Status status = read_body(request, row, *call); !status) {
    return exchange->complete(ApiError(api::malformed_request, status.error().message()));
  }
  if (row.schema != nullptr && row.endpoint->body == Body::object) {
    if (const Status status = row.schema->check(call->body); !status) {
      return exchange->complete(ApiError(api::validation_error, status.error().message()));
    }
    unknown_fields_ += row.schema->unknown_fields(call->body);
  }
  run(row, std::move(call), std::move(exchange));
}

bool ApiHandler::answer_page(const HttpRequest& request, const std::shared_ptr<Responder>& responder,
                             const std::shared_ptr<Exchange>& exchange) const {
  const auto say = [responder](int status, std::string text) {
    responder->send(
        {.status = status, .content_type = "text/plain; charset=utf-8", .headers = {}, .body = std::move(text)});
    return true;
  };
  const std::string_view path = request.path();
  if (path == "/healthz") return say(200, "ok\n");
  if (path == "/readyz") {
    // A database that hangs must not keep the network's threads.
    options_.pool([this, say] {
      const auto answer = services_.store.read([](store::Transaction& tx) { return tx.run("metrics_leases", {}); });
      say(answer ? 200 : 503, answer ? "ready\n" : "the database does not answer\n");
    });
    return true;
  }
  if (path == kStreamPath && options_.feed != nullptr) {
    stream(request, *responder, *exchange);
    return true;
  }
  if (path != "/metrics") return false;
  static const Endpoint as_endpoint("metrics", {2, 31}, Access::signed_in, Read{nullptr});
  exchange->meta.endpoint = as_endpoint.name;
  if (auto identity = identify(request, as_endpoint); !identity) {
    exchange->complete(std::move(identity).error());
    return true;
  }
  options_.pool([this, responder, exchange] {
    auto page = metrics();
    if (!page) return exchange->complete(ApiError(page.error()));
    responder->send(
        {.content_type = "text/plain; version=0.0.4; charset=utf-8", .headers = {}, .body = std::move(*page)});
  });
  return true;
}

Result<std::string> ApiHandler::metrics() const {
  std::vector<std::pair<std::string_view, const RequestMeter*>> meters;
  for (const auto& [name, rows] : rows_) {
    for (const Row& row : rows)
      meters.emplace_back(name, row.meter.get());
  }
  return metrics_page(services_, meters, unknown_fields_.load());
}

void ApiHandler::stream(const HttpRequest& request, Responder& responder, Exchange& exchange) const {
  // No action of a service, but under the same rules as one that only reads.
  static const Endpoint as_endpoint("stream", {2, 31}, Access::signed_in, Read{nullptr});
  exchange.meta.endpoint = as_endpoint.name;
  auto identity = identify(request, as_endpoint);
  if (!identity) return exchange.complete(std::move(identity).error());
  const std::string company = identity->company.str();
  // What ends the user's sessions (a disabled user, a new password) ends the streams that were open then.
  auto answer = event_stream(options_.feed, services_.clock, request, company,
                             [&authority = services_.authority, identity = *identity, since = services_.clock.wall()] {
                               return authority.is_valid(identity, since);
                             });
  if (!answer) return exchange.complete(std::move(answer).error());
  if (!options_.cors_origin.empty()) {
    answer->headers.emplace_back("Access-Control-Allow-Origin", options_.cors_origin);
    answer->headers.emplace_back("Vary", "Origin");
  }
  responder.send(std::move(*answer));
}

void ApiHandler::run(const Row& row, std::shared_ptr<Call> call, std::shared_ptr<Exchange> exchange) {
  if (const auto* read = std::get_if<Read>(&row.endpoint->run)) {
    exchange->complete(
        services_.store.read([&](store::Transaction& tx) { return read->handler(services_, tx, *call); }));
  } else if (const auto* write = std::get_if<Write>(&row.endpoint->run)) {
    // The handler's own refusal rolls its write back; the store's error is for what the database refused.
    auto reply = std::make_shared<std::optional<ApiResult<Reply>>>();
    services_.store.write_async(
        [this, handler = write->handler, call, reply](store::Transaction& tx) -> Status {
          reply->emplace(handler(services_, tx, *call));
          if (!**reply) return Error(ErrorCode::cancelled, "refused");
          return {};
        },
        [reply, exchange](Status status) {
          if (*reply && (status || !**reply)) return exchange->complete(std::move(**reply));
          exchange->complete(ApiError(status ? internal_error("no reply") : std::move(status).error()));
        });
  } else if (const auto* pool = std::get_if<Pool>(&row.endpoint->run)) {
    options_.pool([this, handler = pool->handler, call, exchange] { exchange->complete(handler(services_, *call)); });
  } else {
    exchange->is_parked = true;
    std::get<Park>(row.endpoint->run).handler(services_, call, exchange);
  }
}

}  // namespace jarvis::server::http
