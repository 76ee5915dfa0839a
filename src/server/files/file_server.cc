#include "server/files/file_server.h"

#include <array>
#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <mutex>
#include <set>

#include "base/limits.h"
#include "base/log.h"
#include "server/files/file_calls.h"
#include "server/http/acceptor.h"
#include "server/http/multipart.h"

namespace jarvis::server::files {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kChunk = 256U << 10;

class Connection;

struct Shared {
  Shared(FileServerOptions o, FileCalls c) : options(std::move(o)), calls(std::move(c)) {}
  FileServerOptions options;
  FileCalls calls;
  std::atomic<bool> is_stopping{false};
  std::mutex mutex;
  std::set<Connection*> connections;  // guarded by mutex
};

/// One connection: a request at a time, bodies in pieces of kChunk both ways. All on its strand.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, std::shared_ptr<Shared> shared)
      : stream_(std::move(socket)), shared_(std::move(shared)) {
    error_code ignored;
    const auto remote = stream_.socket().remote_endpoint(ignored);
    if (!ignored) peer_ = remote.address().to_string();
    const std::lock_guard lock(shared_->mutex);
    shared_->connections.insert(this);
  }
  ~Connection() {
    const std::lock_guard lock(shared_->mutex);
    shared_->connections.erase(this);
  }
  void start() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->read_header(); });
  }
  void stop_when_idle() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      if (self->is_idle_) self->close();
    });
  }

 private:
  using Parser = bhttp::request_parser<bhttp::buffer_body>;

  void read_header() {
    parser_.emplace();
    parser_->body_limit(boost::none);  // an artifact may have any size: it is never held in memory
    parser_->header_limit(limits::http_header_max);
    request_ = {};
    request_.peer = peer_;
    upload_.reset();
    reader_.reset();
    body_.clear();
    is_idle_ = buffer_.size() == 0;
    if (shared_->is_stopping && is_idle_) return close();
    stream_.expires_after(limits::http_idle_max);
    bhttp::async_read_header(stream_, buffer_, *parser_, [self = shared_from_this()](error_code failure, std::size_t) {
      if (failure) return self->close();
      self->is_idle_ = false;
      self->on_header();
    });
  }

  void on_header() {
    const auto& message = parser_->get();
    request_.method = message.method_string();
    request_.target = message.target();
    for (const auto& field : message)
      request_.headers.emplace(field.name_string(), field.value());
    keep_alive_ = message.keep_alive() && !shared_->is_stopping;
    if (!shared_->options.authentication_pool) return follow(shared_->calls.plan(request_));
    shared_->options.authentication_pool([self = shared_from_this()] {
      auto plan = self->shared_->calls.plan(self->request_);
      asio::post(self->stream_.get_executor(), [self, plan = std::move(plan)] { self->follow(plan); });
    });
  }

  void follow(const FileCalls::Plan& plan) {
    if (plan.refusal) {
      // The body is not read: the connection cannot be used again.
      keep_alive_ = keep_alive_ && parser_->is_done();
      return respond(*plan.refusal);
    }
    switch (plan.kind) {
      case FileCalls::Kind::answer:
        return read_small_body();
      case FileCalls::Kind::upload:
        return begin_upload();
      case FileCalls::Kind::download:
        return download(plan.path);
    }
  }

  // --- bodies that are kept: delete_many's list, nothing else is longer than a line.
  void read_small_body() {
    if (parser_->is_done()) return answer();
    read_some(
        [self = shared_from_this()](std::string_view bytes) -> Status {
          if (self->body_.size() + bytes.size() > limits::http_body_max)
            return Error(ErrorCode::too_large, "the body is too large");
          self->body_ += bytes;
          return {};
        },
        [self = shared_from_this()] { self->answer(); });
  }

  void answer() {
    request_.body = std::move(body_);
    shared_->options.pool([self = shared_from_this()] {
      auto response = self->shared_->calls.answer(self->request_);
      asio::post(self->stream_.get_executor(),
                 [self, response = std::move(response)]() mutable { self->respond(std::move(response)); });
    });
  }

  // --- uploads
  void begin_upload() {
    const auto boundary = http::boundary_of(request_.header("Content-Type"));
    if (!boundary) {
      keep_alive_ = false;
      return respond(FileCalls::text(400, "An upload is multipart/form-data; the field's name is the path."));
    }
    reader_.emplace(*boundary, http::MultipartReader::Callbacks{
                                   .begin_part = [this](const http::MultipartReader::Part& part) -> Status {
                                     TRY(path_, checked_path(part.name));
                                     TRY(FileRoot::Upload upload, shared_->calls.root().begin_upload());
                                     upload_.emplace(std::move(upload));
                                     return {};
                                   },
                                   .data = [this](std::string_view bytes) { return upload_->write(bytes); },
                                   .end_part = [this]() -> Status {
                                     finished_.emplace_back(path_, std::move(*upload_));
                                     upload_.reset();
                                     return {};
                                   }});
    if (beast::iequals(request_.header("Expect"), "100-continue")) {
      head_ = "HTTP/1.1 100 Continue\r\n\r\n";
      return asio::async_write(stream_, asio::buffer(head_),
                               [self = shared_from_this()](error_code failure, std::size_t) {
                                 if (failure) return self->close();
                                 self->read_upload();
                               });
    }
    read_upload();
  }

  void read_upload() {
    // Beast reads no more at once than the buffer already has room for, which is half a kilobyte at first.
    if (!parser_->is_done() && buffer_.capacity() < kChunk) buffer_.reserve(kChunk);
    read_some([self = shared_from_this()](std::string_view bytes) { return self->reader_->add(bytes); },
              [self = shared_from_this()] { self->finish_upload(); });
  }

  void finish_upload() {
    if (!reader_->is_complete() || finished_.empty()) {
      finished_.clear();
      return respond(FileCalls::text(400, "The upload holds no file, or ends before its closing boundary."));
    }
    // fsync of a large file takes its time.
    shared_->options.pool([self = shared_from_this()] {
      json::array paths;
      Status status;
      for (auto& [path, upload] : self->finished_) {
        if (status) status = upload.finish(path);
        paths.emplace_back(path);
      }
      self->finished_.clear();
      auto response = status ? FileCalls::json_answer(200, std::move(paths)) : FileCalls::error(status.error());
      asio::post(self->stream_.get_executor(),
                 [self, response = std::move(response)]() mutable { self->respond(std::move(response)); });
    });
  }

  /// Reads the body piece by piece: `take` each, then `done`. An error of `take` is the answer.
  void read_some(std::function<Status(std::string_view)> take, std::function<void()> done) {
    parser_->get().body().data = chunk().data();
    parser_->get().body().size = chunk().size();
    stream_.expires_after(limits::http_request_read_max);
    bhttp::async_read_some(stream_, buffer_, *parser_,
                           [self = shared_from_this(), take = std::move(take), done = std::move(done)](
                               error_code failure, std::size_t) mutable {
                             if (failure == bhttp::error::need_buffer) failure = {};
                             if (failure)
                               return self->close();  // a broken upload: what there is of it goes with this object
                             const std::size_t size = self->chunk().size() - self->parser_->get().body().size;
                             if (const Status status = take(std::string_view(self->chunk().data(), size)); !status) {
                               self->keep_alive_ = false;
                               self->finished_.clear();
                               return self->respond(FileCalls::error(status.error()));
                             }
                             if (self->parser_->is_done()) return done();
                             self->read_some(std::move(take), std::move(done));
                           });
  }

  // --- downloads
  void download(const std::string& path) {
    auto begun = shared_->calls.begin_download(request_, path);
    if (!begun) return respond(FileCalls::error(begun.error()));
    head_ = begun->head + (keep_alive_ ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
    file_ = std::move(begun->fd);
    offset_ = begun->offset;
    left_ = request_.method == "HEAD" ? 0 : begun->size;
    stream_.expires_after(limits::http_request_read_max);
    asio::async_write(stream_, asio::buffer(head_), [self = shared_from_this()](error_code failure, std::size_t) {
      if (failure) return self->close();
      self->send_chunk();
    });
  }

  void send_chunk() {
    if (left_ == 0) {
      file_.reset();
      return next();
    }
    const auto wanted =
        static_cast<std::size_t>(std::min<std::int64_t>(left_, static_cast<std::int64_t>(chunk().size())));
    const ssize_t got = ::pread(file_.get(), chunk().data(), wanted, offset_);
    if (got <= 0) return close();  // the file shrank: a short answer must not look whole
    offset_ += got;
    left_ -= got;
    stream_.expires_after(limits::http_request_read_max);
    asio::async_write(stream_, asio::buffer(chunk().data(), static_cast<std::size_t>(got)),
                      [self = shared_from_this()](error_code failure, std::size_t) {
                        if (failure) return self->close();
                        self->send_chunk();
                      });
  }

  void respond(http::HttpResponse response) {
    head_ = "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(http::reason_of(response.status)) +
            "\r\nContent-Type: " + response.content_type +
            "\r\nContent-Length: " + std::to_string(response.body.size()) +
            "\r\nX-Content-Type-Options: nosniff\r\nContent-Security-Policy: sandbox; default-src "
            "'none'\r\nCache-Control: no-store\r\n";
    for (const auto& [name, value] : response.headers)
      head_ += name + ": " + value + "\r\n";
    head_ += keep_alive_ ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    if (request_.method != "HEAD") head_ += response.body;
    stream_.expires_after(limits::http_request_read_max);
    asio::async_write(stream_, asio::buffer(head_), [self = shared_from_this()](error_code failure, std::size_t) {
      if (failure) return self->close();
      self->next();
    });
  }

  void next() {
    if (!keep_alive_) return close();
    // The chunk is only held while bytes move: ten thousand idle connections must not cost ten thousand chunks.
    chunk_.reset();
    read_header();
  }

  void close() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.close();
  }

  std::array<char, kChunk>& chunk() {
    if (!chunk_) chunk_ = std::make_unique<std::array<char, kChunk>>();
    return *chunk_;
  }

  beast::tcp_stream stream_;
  std::shared_ptr<Shared> shared_;
  beast::flat_buffer buffer_{limits::http_header_max + kChunk};
  std::optional<Parser> parser_;
  std::string peer_;
  http::HttpRequest request_;
  std::unique_ptr<std::array<char, kChunk>> chunk_;
  std::string head_, body_, path_;
  std::optional<http::MultipartReader> reader_;
  std::optional<FileRoot::Upload> upload_;
  std::vector<std::pair<std::string, FileRoot::Upload>> finished_;
  proc::UniqueFd file_;
  std::int64_t offset_ = 0, left_ = 0;
  bool keep_alive_ = true;
  bool is_idle_ = true;
};

using TcpFileServer = http::Acceptor<Connection, Shared>;

class FileServerHandle final : public FileServer {
 public:
  FileServerHandle(std::shared_ptr<TcpFileServer> server, std::shared_ptr<const Shared> shared, FileRoot root)
      : server_(std::move(server)), shared_(std::move(shared)), root_(std::move(root)) {}
  ~FileServerHandle() override { server_->stop(); }
  std::uint16_t port() const override { return server_->port(); }
  void stop() override { server_->stop(); }
  std::size_t open_connections() const override { return server_->open_connections(); }
  http::HttpResponse put(const http::HttpRequest& request) const override { return shared_->calls.put(request); }
  Status remove_older(const std::string& path, WallTime then) override { return root_.remove_older(path, then); }

 private:
  std::shared_ptr<TcpFileServer> server_;
  std::shared_ptr<const Shared> shared_;
  FileRoot root_;
};

}  // namespace

Result<std::unique_ptr<FileServer>> serve(asio::io_context& io, const http::Address& address,
                                          FileServerOptions options) {
  TRY(FileRoot root, FileRoot::open(options.root));
  TRY(FileRoot own_root, FileRoot::open(options.root));
  FileCalls calls(options, std::move(root));
  auto shared = std::make_shared<Shared>(std::move(options), std::move(calls));
  auto server = std::make_shared<TcpFileServer>(io, shared);
  CHECK_OK(server->open(address));
  return std::unique_ptr<FileServer>(
      std::make_unique<FileServerHandle>(std::move(server), std::move(shared), std::move(own_root)));
}

}  // namespace jarvis::server::files
