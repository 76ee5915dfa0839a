// What the file server answers, without sockets: who may, which path, which range. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "server/files/file_root.h"
#include "server/files/file_server.h"
#include "server/http/request.h"

namespace jarvis::server::files {

class FileCalls {
 public:
  FileCalls(FileServerOptions options, FileRoot root) : options_(std::move(options)), root_(std::move(root)) {}

  enum class Kind : std::uint8_t { answer, upload, download };
  /// What to do with a request by its header alone; `refusal` is the answer when it may do nothing.
  struct Plan {
    Kind kind = Kind::answer;
    std::string path;
    std::optional<http::HttpResponse> refusal;
  };
  Plan plan(const http::HttpRequest& request) const;

  /// DELETE, delete_many and the health check; waits for the disk.
  http::HttpResponse answer(const http::HttpRequest& request) const;

  /// A small file that came whole: the request's body under its path, answered as an upload is. Waits for the disk.
  http::HttpResponse put(const http::HttpRequest& request) const;

  struct Download {
    proc::UniqueFd fd;
    std::string head;  // status line and headers but for Connection
    std::int64_t offset = 0, size = 0;
  };
  Result<Download> begin_download(const http::HttpRequest& request, const std::string& path) const;

  const FileRoot& root() const { return root_; }

  static http::HttpResponse text(int status, std::string body);
  static http::HttpResponse json_answer(int status, const json::value& value);
  static http::HttpResponse error(const Error& error);

 private:
  /// Nothing when the caller may.
  std::optional<http::HttpResponse> refusal(const http::HttpRequest& request, bool is_reading) const;
  http::HttpResponse delete_one(const std::string& path) const;
  http::HttpResponse delete_many(const std::string& body) const;

  FileServerOptions options_;
  FileRoot root_;
};

/// "bytes=0-99", "bytes=100-", "bytes=-50" of a file of `size`: first and count. Nothing: the header asks for no single
/// range (then the whole file is sent). Count 0: it cannot be satisfied.
struct ByteRange {
  std::int64_t first = 0, count = 0;
};
std::optional<ByteRange> parse_range(std::string_view header, std::int64_t size);

}  // namespace jarvis::server::files
