// An HTTP request and its answer, without sockets: what connection.cc reads and api_handler.cc answers.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jarvis::server::http {

struct CaseLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};

struct HttpRequest {
  std::string method;
  std::string target;  // path and query, as sent
  std::multimap<std::string, std::string, CaseLess> headers;
  std::string body;
  std::string peer;  // IP

  /// The first header of that name, or "".
  std::string_view header(std::string_view name) const;
  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  std::string_view query() const;
  /// The value of a cookie, or "".
  std::string_view cookie(std::string_view name) const;
};

/// A body that is made while it is sent: the connection takes a piece, writes it, and takes the next. It ends with the
/// source, with the peer, or with the server.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// What there is to send now, perhaps nothing; no value at the end. Called on the connection's strand.
  virtual std::optional<std::string> take() = 0;
  /// Calls `wake` once there may be more to take, from any thread; at once, when it is so now. Forgets the one before.
  virtual void when_ready(std::function<void()> wake) = 0;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::shared_ptr<BodySource> source{};  // instead of `body`
};

/// Answers one request, once, from any thread. `on_close` (set at most once) runs if the peer goes away before.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void send(HttpResponse response) = 0;
  virtual bool is_closed() const = 0;
  virtual void on_close(std::function<void()> callback) = 0;
};

/// Runs on an I/O thread; must not block it.
using Handler = std::function<void(HttpRequest, std::shared_ptr<Responder>)>;

/// "404 Not Found" and friends.
std::string_view reason_of(int status);

}  // namespace jarvis::server::http
