// Accepts connections on an address and keeps count of them: shared by the API's listener and the file server. Includes
// Asio: for .cc files only.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <memory>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "server/http/listener.h"

namespace jarvis::server::http {

/// Errors: conflict when the address is in use, invalid_argument, forbidden.
Result<boost::asio::ip::tcp::acceptor> bind(boost::asio::io_context& io, const Address& address);

/// Tells a client that came when too many are connected, as far as its socket takes it at once, and hangs up.
void refuse_connection(boost::asio::ip::tcp::socket& socket);

/// `Shared` has `is_stopping`, `mutex` and a set of `connections`, in which each Connection puts itself; a Connection
/// has start() and stop_when_idle(). Thread-safe; connections keep `Shared` alive until they end.
template <typename Connection, typename Shared>
class Acceptor : public std::enable_shared_from_this<Acceptor<Connection, Shared>> {
  using tcp = boost::asio::ip::tcp;

 public:
  Acceptor(boost::asio::io_context& io, std::shared_ptr<Shared> shared,
           std::size_t connections_max = limits::http_connections_max)
      : io_(io),
        acceptor_(boost::asio::make_strand(io)),
        retry_(acceptor_.get_executor()),
        shared_(std::move(shared)),
        connections_max_(connections_max) {}

  Status open(const Address& address) {
    TRY(acceptor_, bind(io_, address));
    port_ = acceptor_.local_endpoint().port();
    accept();
    return {};
  }

  std::uint16_t port() const { return port_; }
  std::size_t open_connections() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->connections.size();
  }

  /// No new connections; those between two requests end now, those being answered after their answer.
  void stop() {
    shared_->is_stopping = true;
    boost::asio::post(acceptor_.get_executor(), [self = this->shared_from_this()] {
      boost::system::error_code ignored;
      self->acceptor_.close(ignored);
      self->retry_.cancel();
    });
    // Held beyond the lock: the last owner's destructor takes it, too.
    std::vector<std::shared_ptr<Connection>> alive;
    {
      const std::lock_guard lock(shared_->mutex);
      for (Connection* connection : shared_->connections)
        alive.push_back(connection->weak_from_this().lock());
    }
    for (const auto& connection : alive) {
      if (connection) connection->stop_when_idle();
    }
  }

 private:
  void accept() {
    acceptor_.async_accept(boost::asio::make_strand(io_), [self = this->shared_from_this()](
                                                              boost::system::error_code failure, tcp::socket socket) {
      if (failure == boost::asio::error::operation_aborted || !self->acceptor_.is_open()) return;
      if (failure) {
        // Out of descriptors or memory, most likely: the connection waits in the backlog until some are free again.
        log::warning("a connection could not be accepted", {{"error", failure.message()}});
        return self->accept_later();
      } else if (self->open_connections() >= self->connections_max_) {
        log::warning("a connection was refused: too many are open", {{"open", self->open_connections()}});
        refuse_connection(socket);
      } else {
        std::make_shared<Connection>(std::move(socket), self->shared_)->start();
      }
      self->accept();
    });
  }

  void accept_later() {
    retry_.expires_after(limits::http_accept_retry);
    retry_.async_wait([self = this->shared_from_this()](boost::system::error_code failure) {
      if (!failure && self->acceptor_.is_open()) self->accept();
    });
  }

  boost::asio::io_context& io_;
  tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_;
  std::shared_ptr<Shared> shared_;
  std::size_t connections_max_;
  std::uint16_t port_ = 0;
};

}  // namespace jarvis::server::http
