// The file server: uploads streamed to disk, downloads streamed from it, everything but "/" authenticated.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "server/call.h"
#include "server/http/listener.h"
#include "server/http/request.h"

namespace jarvis::server::files {

struct FileServerOptions {
  std::filesystem::path root;
  std::string cors_origin;
  /// Who is calling, by the Authorization header or the cookie's token.
  std::function<ApiResult<Identity>(std::string_view authorization, std::string_view cookie, std::string_view peer)>
      authenticate;
  /// Runs what may wait for the disk.
  std::function<void(std::function<void()>)> pool;
  /// Runs what asks who is calling; empty when `authenticate` never waits.
  std::function<void(std::function<void()>)> authentication_pool = {};
};

/// Thread-safe.
class FileServer {
 public:
  virtual ~FileServer() = default;
  virtual std::uint16_t port() const = 0;
  virtual void stop() = 0;
  virtual std::size_t open_connections() const = 0;
  /// FileCalls::put(): what pages upload, which may talk to their own origin only. Waits for the disk.
  virtual http::HttpResponse put(const http::HttpRequest& request) const = 0;
  /// FileRoot::remove_older().
  virtual Status remove_older(const std::string& path, WallTime then) = 0;
};

/// Errors: those of http::listen, io.
Result<std::unique_ptr<FileServer>> serve(boost::asio::io_context& io, const http::Address& address,
                                          FileServerOptions options);

}  // namespace jarvis::server::files
