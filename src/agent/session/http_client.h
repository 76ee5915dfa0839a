// One HTTP exchange over libcurl, on a connection that is kept. Proxies and certificates come from the environment, as
// everywhere. One thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"

namespace jarvis::agent {

struct HttpCall {
  std::string method = "POST";
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  std::chrono::milliseconds timeout = std::chrono::seconds(60);
};

struct HttpAnswer {
  long status = 0;
  std::string body;
};

class HttpClient {
 public:
  struct Options {
    bool verify_certificate = true;
    std::string ca_bundle;  // empty: the system's, or SSL_CERT_FILE / REQUESTS_CA_BUNDLE as given by the caller
  };
  explicit HttpClient(Options options);
  HttpClient(HttpClient&&) noexcept;
  ~HttpClient();

  /// Errors: unavailable (no connection), timeout, cancelled: at once when `stop` comes, the connection is closed then.
  Result<HttpAnswer> send(const HttpCall& call, const std::stop_token& stop = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace jarvis::agent
