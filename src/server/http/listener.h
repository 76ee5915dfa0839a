// Accepts connections on one address and hands each request to a handler. Beast stays behind this header.
#pragma once

#include <memory>
#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "server/http/request.h"

namespace boost::asio {
class io_context;
}

namespace jarvis::server::http {

struct Address {
  std::string host;
  std::uint16_t port = 0;  // 0: any free one
};
/// "127.0.0.1:8008", "[::1]:8008", ":8008" (all interfaces).
Result<Address> parse_address(std::string_view text);

/// Thread-safe. Connections keep the listener's state alive until they end.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual std::uint16_t port() const = 0;
  /// No new connections and no further requests on old ones; those being answered are finished.
  virtual void stop() = 0;
  /// Connections that are still open.
  virtual std::size_t open_connections() const = 0;
};

/// Errors: conflict "address in use", invalid_argument, forbidden.
/// A connection above `connections_max` is answered 503 and closed.
Result<std::unique_ptr<Listener>> listen(boost::asio::io_context& io, const Address& address, Handler handler,
                                         std::size_t connections_max = limits::http_connections_max);

}  // namespace jarvis::server::http
