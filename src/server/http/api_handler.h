// From an HTTP request to a reply: endpoint row, identity, arguments, schema, handler, envelope. Thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "server/endpoint.h"
#include "server/http/client_address.h"
#include "server/http/envelope.h"
#include "server/http/metrics_page.h"
#include "server/http/request.h"
#include "wire/schema.h"

namespace jarvis::server::live {
class Feed;
}

namespace jarvis::server::http {

struct ApiOptions {
  std::string cors_origin;                          // empty: no CORS headers at all
  TrustedProxies trusted_proxies;                   // who may say where a request came from
  std::function<void(std::function<void()>)> pool;  // runs what may wait
  std::shared_ptr<live::Feed> feed;                 // what GET /stream reads
};

class ApiHandler {
 public:
  /// Every endpoint must have a schema; one without is a bug that ends the process at start.
  ApiHandler(Services& services, std::span<const Endpoint> endpoints, ApiOptions options);

  void handle(HttpRequest request, std::shared_ptr<Responder> responder);

  /// What /metrics says: a page in Prometheus's text format. Reads the database.
  Result<std::string> metrics() const;

  /// Fields that no schema knew, since the start.
  std::uint64_t unknown_fields() const { return unknown_fields_.load(); }

 private:
  struct Row {
    const Endpoint* endpoint;
    const wire::Schema* schema;
    std::shared_ptr<RequestMeter> meter;
  };
  struct Exchange;

  ApiResult<const Row*> find(const Target& target, Meta& meta) const;
  ApiResult<Identity> identify(const HttpRequest& request, const Endpoint& endpoint) const;
  /// Paths beside the services' own: true when it was one of them.
  bool answer_page(const HttpRequest& request, const std::shared_ptr<Responder>& responder,
                   const std::shared_ptr<Exchange>& exchange) const;
  void stream(const HttpRequest& request, Responder& responder, Exchange& exchange) const;
  ApiResult<Identity> impersonated(const HttpRequest& request, Identity caller) const;
  void answer(HttpRequest request, const Row& row, Identity identity, std::optional<ApiVersion> version,
              std::shared_ptr<Exchange> exchange);
  Status read_body(const HttpRequest& request, const Row& row, Call& call);
  void run(const Row& row, std::shared_ptr<Call> call, std::shared_ptr<Exchange> exchange);

  Services& services_;
  const ApiOptions options_;
  const wire::SchemaTable schemas_;
  std::map<std::string, std::vector<Row>, std::less<>> rows_;  // by name, highest version first
  std::atomic<std::uint64_t> unknown_fields_{0};
};

}  // namespace jarvis::server::http
