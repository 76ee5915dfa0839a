#include "server/http/listener.h"

#include "server/http/acceptor.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <mutex>
#include <set>

#include "base/limits.h"
#include "base/log.h"

namespace jarvis::server::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

class Connection;

constexpr std::size_t kBodyPiece = 65536;
// Most requests fit into it, and ten thousand waiting connections have one each.
constexpr std::size_t kRequestPiece = 2048;
// Requests of one connection that are answered before the others have their turn.
constexpr int kInARowMax = 32;

/// What the acceptor and its connections share.
struct Shared {
  Handler handler;
  std::atomic<bool> is_stopping{false};
  std::mutex mutex;
  std::set<Connection*> connections;  // guarded by mutex
};

std::string serialize(const HttpResponse& response, bool keep_alive, bool is_head) {
  std::string out;
  out.reserve(response.body.size() + 512);
  out += "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason_of(response.status)) + "\r\n";
  out += "Content-Type: " + response.content_type + "\r\n";
  if (response.source) {
    out += "Transfer-Encoding: chunked\r\n";
  } else {
    out += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  }
  out += "X-Content-Type-Options: nosniff\r\n";
  bool says_caching = false;
  for (const auto& [name, value] : response.headers) {
    out += name + ": " + value + "\r\n";
    says_caching = says_caching || name == "Cache-Control";
  }
  if (!says_caching) out += "Cache-Control: no-store\r\n";
  out += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  if (!is_head) out += response.body;
  return out;
}

/// One connection: reads a request, has it answered, writes the answer, reads the next. All on its strand.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, std::shared_ptr<Shared> shared)
      : stream_(std::move(socket)), shared_(std::move(shared)) {
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    stream_.socket().non_blocking(true, ignored);
    const auto remote = stream_.socket().remote_endpoint(ignored);
    peer_ = ignored ? "" : remote.address().to_string();
    const std::lock_guard lock(shared_->mutex);
    shared_->connections.insert(this);
  }
  ~Connection() {
    const std::lock_guard lock(shared_->mutex);
    shared_->connections.erase(this);
  }

  void start() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->read(); });
  }
  /// Ends the connection now if it is between two requests, or sends something that has no end.
  void stop_when_idle() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      if (self->is_waiting_for_request_ || self->source_) self->close();
    });
  }

 private:
  class Answer;

  /// Answers what has come already without a round through the event loop, then waits for more.
  void read() {
    for (int in_a_row = 0; in_a_row < kInARowMax; ++in_a_row) {
      parser_.emplace();
      parser_->body_limit(limits::http_body_max);
      parser_->header_limit(limits::http_header_max);
      is_waiting_for_request_ = buffer_.size() == 0;
      if (shared_->is_stopping && is_waiting_for_request_) return close();
      if (const error_code failure = parse_what_came()) return on_read_error(failure);
      if (!parser_->is_done()) return parser_->is_header_done() ? read_body() : read_header();
      is_in_turn_ = true;
      is_written_in_turn_ = false;
      answer();
      is_in_turn_ = false;
      if (!is_written_in_turn_) return;
    }
    // The other connections' turn.
    asio::post(stream_.get_executor(), [self = shared_from_this()] { self->read(); });
  }

  error_code parse_what_came() {
    error_code failure;
    parser_->eager(true);
    while (buffer_.size() > 0 && !parser_->is_done() && !failure)
      buffer_.consume(parser_->put(buffer_.data(), failure));
    return failure == bhttp::error::need_more ? error_code() : failure;
  }

  void read_header() {
    stream_.expires_after(limits::http_idle_max);
    // Beast reads no more at once than the buffer already has room for, which is half a kilobyte at first.
    buffer_.reserve(std::min(buffer_.size() + kRequestPiece, buffer_.max_size()));
    // Header first: an idle connection may wait long, a begun request has its own bound.
    bhttp::async_read_header(stream_, buffer_, *parser_, [self = shared_from_this()](error_code failure, std::size_t) {
      if (failure) return self->on_read_error(failure);
      self->is_waiting_for_request_ = false;
      self->read_body();
    });
  }

  void read_body() {
    if (const error_code failure = parse_what_came()) return on_read_error(failure);
    if (parser_->is_done()) return answer();
    stream_.expires_after(limits::http_request_read_max);
    if (beast::iequals(parser_->get()[bhttp::field::expect], "100-continue")) return send_continue();
    if (parser_->content_length_remaining().value_or(0) > buffer_.capacity()) buffer_.reserve(kBodyPiece);
    bhttp::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code failure, std::size_t) {
      if (failure) return self->on_read_error(failure);
      self->answer();
    });
  }

  void send_continue() {
    outgoing_ = "HTTP/1.1 100 Continue\r\n\r\n";
    parser_->get().erase(bhttp::field::expect);
    asio::async_write(stream_, asio::buffer(outgoing_), [self = shared_from_this()](error_code failure, std::size_t) {
      if (failure) return self->close();
      self->read_body();
    });
  }

  void answer();
  void watch_for_close();
  void write(HttpResponse response);
  void on_written(error_code failure);
  void write_pieces();
  void watch_for_end();

  void on_read_error(error_code failure) {
    const auto refuse = [&](int status, std::string text) {
      keep_alive_ = false;
      write({.status = status, .content_type = "text/plain; charset=utf-8", .headers = {}, .body = std::move(text)});
    };
    if (failure == bhttp::error::body_limit)
      return refuse(413, "The request body is larger than this server accepts.\n");
    if (failure == bhttp::error::header_limit || failure == bhttp::error::buffer_overflow) {
      return refuse(431, "The request headers are larger than this server accepts.\n");
    }
    if (failure == beast::error::timeout && !is_waiting_for_request_) return close();
    if (failure.category() == make_error_code(bhttp::error::bad_method).category() &&
        failure != bhttp::error::end_of_stream && failure != bhttp::error::partial_message) {
      return refuse(400, "Malformed HTTP request.\n");
    }
    close();
  }

  void close() {
    error_code ignored;
    source_.reset();
    beat_.cancel();
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.close();
  }

  beast::tcp_stream stream_;
  std::shared_ptr<Shared> shared_;
  beast::flat_buffer buffer_{limits::http_header_max + kBodyPiece};
  std::optional<bhttp::request_parser<bhttp::string_body>> parser_;
  std::string outgoing_;
  std::string peer_;
  std::weak_ptr<Answer> current_;
  std::shared_ptr<BodySource> source_;  // while its pieces are sent
  asio::steady_timer beat_{stream_.get_executor()};
  bool is_writing_piece_ = false;
  bool keep_alive_ = true;
  bool is_head_ = false;
  bool is_waiting_for_request_ = true;
  bool is_in_turn_ = false;  // read() stands below on the stack
  bool is_written_in_turn_ = false;
};

/// The responder of one request. send() comes from any thread; the connection writes on its strand.
class Connection::Answer final : public Responder {
 public:
  explicit Answer(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  ~Answer() override {
    // A handler that lost the request is a bug, but its client must not hang for it.
    if (!is_sent_.exchange(true))
      post({.status = 500, .content_type = "text/plain; charset=utf-8", .headers = {}, .body = "No answer.\n"});
  }

  void send(HttpResponse response) override {
    if (is_sent_.exchange(true)) return;
    post(std::move(response));
  }
  bool is_closed() const override { return is_closed_; }
  void on_close(std::function<void()> callback) override {
    const std::lock_guard lock(mutex_);
    if (!is_closed_) {
      on_close_ = std::move(callback);
      return;
    }
    callback();
  }
  void peer_closed() {
    std::function<void()> callback;
    {
      const std::lock_guard lock(mutex_);
      is_closed_ = true;
      callback = std::move(on_close_);
    }
    if (callback) callback();
  }
  bool is_sent() const { return is_sent_; }

 private:
  void post(HttpResponse response) {
    auto& executor = connection_->stream_;
    asio::dispatch(executor.get_executor(), [connection = connection_, response = std::move(response)]() mutable {
      connection->write(std::move(response));
    });
  }

  std::shared_ptr<Connection> connection_;
  std::atomic<bool> is_sent_{false};
  std::atomic<bool> is_closed_{false};
  std::mutex mutex_;
  std::function<void()> on_close_;  // guarded by mutex_
};

void Connection::answer() {
  auto message = parser_->release();
  keep_alive_ = message.keep_alive() && !shared_->is_stopping;
  is_head_ = message.method() == bhttp::verb::head;
  HttpRequest request;
  request.method = message.method_string();
  request.target = message.target();
  for (const auto& field : message)
    request.headers.emplace(field.name_string(), field.value());
  request.body = std::move(message.body());
  request.peer = peer_;
  // While the answer is made, only the handler's own deadline counts.
  stream_.expires_never();
  auto responder = std::make_shared<Answer>(shared_from_this());
  current_ = responder;
  shared_->handler(std::move(request), responder);
  if (!responder->is_sent()) watch_for_close();
}

// A parked request must notice that its client went away. What the client sends meanwhile (pipelined requests) is kept
// for read(), as far as the buffer goes: the end of the connection stands behind it.
void Connection::watch_for_close() {
  stream_.socket().async_wait(
      tcp::socket::wait_read, [self = shared_from_this(), watched = current_](error_code failure) {
        const auto answer = watched.lock();
        // Until the answer is sent, no read() is under way and the buffer is free.
        if (failure || !answer || answer->is_sent()) return;
        constexpr std::size_t piece = 4096;
        const std::size_t room = std::min(piece, self->buffer_.max_size() - self->buffer_.size());
        if (room == 0) return;
        error_code received;
        const auto size = self->stream_.socket().receive(self->buffer_.prepare(room), 0, received);
        if (received && received != asio::error::would_block) return answer->peer_closed();
        self->buffer_.commit(received ? 0 : size);
        self->watch_for_close();
      });
}

void Connection::write(HttpResponse response) {
  if (response.source) {
    // It ends when it ends: what comes after it comes on another connection.
    keep_alive_ = false;
    if (!is_head_ && !shared_->is_stopping) source_ = response.source;
  }
  outgoing_ = serialize(response, keep_alive_, is_head_);
  // Most answers fit into the socket's buffer.
  error_code failure;
  const std::size_t sent = stream_.socket().write_some(asio::buffer(outgoing_), failure);
  if (failure == asio::error::would_block) failure.clear();
  if (failure || sent == outgoing_.size()) return on_written(failure);
  stream_.expires_after(limits::http_request_read_max);
  asio::async_write(stream_, asio::buffer(outgoing_) + sent,
                    [self = shared_from_this()](error_code late, std::size_t) { self->on_written(late); });
}

void Connection::on_written(error_code failure) {
  outgoing_.clear();
  // A buffer grown for one large answer is not kept by ten thousand idle connections.
  if (outgoing_.capacity() >= kBodyPiece || buffer_.size() == 0) outgoing_.shrink_to_fit();
  if (buffer_.size() == 0 && buffer_.capacity() >= kBodyPiece) buffer_.shrink_to_fit();
  if (!failure && source_) {
    watch_for_end();
    return write_pieces();
  }
  if (failure || !keep_alive_) return close();
  if (is_in_turn_) {
    is_written_in_turn_ = true;
    return;
  }
  stream_.socket().cancel(failure);
  read();
}

void Connection::write_pieces() {
  if (!source_ || is_writing_piece_) return;
  beat_.cancel();
  const auto piece = source_->take();
  if (piece && piece->empty()) {
    const auto again = [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->write_pieces();
    };
    beat_.expires_after(limits::stream_beat);
    beat_.async_wait([again](error_code failure) {
      if (!failure) again();
    });
    return source_->when_ready([again, executor = stream_.get_executor()] { asio::post(executor, again); });
  }
  if (piece) {
    std::array<char, 16> size{};
    const auto [end, failed] = std::to_chars(size.data(), size.data() + size.size(), piece->size(), 16);
    outgoing_ = std::string(size.data(), end) + "\r\n" + *piece + "\r\n";
  } else {
    outgoing_ = "0\r\n\r\n";
  }
  is_writing_piece_ = true;
  stream_.expires_after(4 * limits::stream_beat);
  asio::async_write(stream_, asio::buffer(outgoing_),
                    [self = shared_from_this(), is_last = !piece](error_code failure, std::size_t) {
                      self->is_writing_piece_ = false;
                      self->stream_.expires_never();
                      if (failure || is_last) return self->close();
                      self->write_pieces();
                    });
}

// Nothing more is read from a peer that is being sent pieces; but its end is noticed at once.
void Connection::watch_for_end() {
  stream_.socket().async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code failure) {
    if (failure || !self->source_) return;
    std::array<char, 512> ignored{};
    error_code received;
    const auto size = self->stream_.socket().receive(asio::buffer(ignored), 0, received);
    if ((received && received != asio::error::would_block) || (!received && size == 0)) return self->close();
    self->watch_for_end();
  });
}

using TcpListener = Acceptor<Connection, Shared>;

/// Lets the owner hold a unique_ptr while pending operations share the acceptor.
class ListenerHandle final : public Listener {
 public:
  explicit ListenerHandle(std::shared_ptr<TcpListener> listener) : listener_(std::move(listener)) {}
  ~ListenerHandle() override { listener_->stop(); }
  std::uint16_t port() const override { return listener_->port(); }
  void stop() override { listener_->stop(); }
  std::size_t open_connections() const override { return listener_->open_connections(); }

 private:
  std::shared_ptr<TcpListener> listener_;
};

}  // namespace

Result<Address> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  Address address;
  const std::string_view port = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (port.empty() || failure != std::errc() || end != port.data() + port.size()) {
    return invalid_argument("'" + std::string(text) + "' is not HOST:PORT, as in 127.0.0.1:8008");
  }
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  address.host = host.empty() || host == "*" ? "0.0.0.0" : std::string(host);
  return address;
}

Result<tcp::acceptor> bind(asio::io_context& io, const Address& address) {
  error_code failure;
  const auto ip = asio::ip::make_address(address.host == "localhost" ? "127.0.0.1" : address.host, failure);
  if (failure) return invalid_argument("'" + address.host + "' is not an IP address");
  const tcp::endpoint endpoint(ip, address.port);
  tcp::acceptor acceptor(asio::make_strand(io));
  acceptor.open(endpoint.protocol(), failure);
  if (!failure) acceptor.set_option(asio::socket_base::reuse_address(true), failure);
  if (!failure) acceptor.bind(endpoint, failure);
  if (!failure) acceptor.listen(4096, failure);
  if (failure) return errno_error("listen on " + address.host + ":" + std::to_string(address.port), failure.value());
  return acceptor;
}

void refuse_connection(tcp::socket& socket) {
  constexpr std::string_view text = "Too many connections are open.\n";
  const std::string answer =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Type: "
      "text/plain\r\nContent-Length: " +
      std::to_string(text.size()) + "\r\n\r\n" + std::string(text);
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.send(asio::buffer(answer), 0, ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

Result<std::unique_ptr<Listener>> listen(asio::io_context& io, const Address& address, Handler handler,
                                         std::size_t connections_max) {
  auto shared = std::make_shared<Shared>();
  shared->handler = std::move(handler);
  auto listener = std::make_shared<TcpListener>(io, std::move(shared), connections_max);
  CHECK_OK(listener->open(address));
  return std::unique_ptr<Listener>(std::make_unique<ListenerHandle>(std::move(listener)));
}

}  // namespace jarvis::server::http
