#include "server/files/file_calls.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "server/http/arguments.h"

namespace jarvis::server::files {
namespace {

// What a browser may show in place. Everything else is downloaded: uploads are somebody's content, and HTML or SVG of
// theirs must never run as ours.
struct ShownType {
  std::string_view extension, type;
};
constexpr std::array<ShownType, 14> kShown{{{".png", "image/png"},
                                            {".jpg", "image/jpeg"},
                                            {".jpeg", "image/jpeg"},
                                            {".gif", "image/gif"},
                                            {".webp", "image/webp"},
                                            {".bmp", "image/bmp"},
                                            {".mp4", "video/mp4"},
                                            {".webm", "video/webm"},
                                            {".mp3", "audio/mpeg"},
                                            {".wav", "audio/wav"},
                                            {".ogg", "audio/ogg"},
                                            {".txt", "text/plain; charset=utf-8"},
                                            {".log", "text/plain; charset=utf-8"},
                                            {".json", "application/json"}}};

std::string_view shown_type(const std::string& path) {
  const auto dot = path.rfind('.');
  if (dot == std::string::npos) return {};
  std::string extension = path.substr(dot);
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const ShownType& shown : kShown) {
    if (shown.extension == extension) return shown.type;
  }
  return {};
}

/// Decoded exactly once; '+' is a plus in a path.
std::string path_of(const http::HttpRequest& request) {
  std::string path(request.path());
  std::string guarded;
  for (const char c : path)
    guarded += c == '+' ? std::string("%2B") : std::string(1, c);
  return http::url_decode(guarded);
}

std::string header_name(const std::string& path) {
  std::string out;
  for (const char c : path.substr(path.rfind('/') + 1)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          std::string_view("-_.").find(c) != std::string_view::npos;
    constexpr std::string_view digits = "0123456789ABCDEF";
    if (is_plain) {
      out += c;
    } else {
      out += {'%', digits[static_cast<unsigned char>(c) >> 4], digits[static_cast<unsigned char>(c) & 15]};
    }
  }
  return out;
}

}  // namespace

std::optional<ByteRange> parse_range(std::string_view header, std::int64_t size) {
  if (!header.starts_with("bytes=") || header.find(',') != std::string_view::npos) return std::nullopt;
  header.remove_prefix(6);
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view text, std::int64_t& out) {
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
    return !text.empty() && failure == std::errc() && end == text.data() + text.size() && out >= 0;
  };
  const std::string_view from = header.substr(0, dash), to = header.substr(dash + 1);
  std::int64_t first = 0, last = size - 1;
  if (from.empty()) {
    std::int64_t count = 0;
    if (!number(to, count)) return std::nullopt;
    if (count == 0) return ByteRange{};
    first = std::max<std::int64_t>(0, size - count);
  } else {
    if (!number(from, first) || (!to.empty() && !number(to, last)) || (!to.empty() && last < first))
      return std::nullopt;
    last = std::min(last, size - 1);
  }
  if (first >= size) return ByteRange{};
  return ByteRange{first, last - first + 1};
}

http::HttpResponse FileCalls::text(int status, std::string body) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .headers = {}, .body = std::move(body) + "\n"};
}
http::HttpResponse FileCalls::json_answer(int status, const json::value& value) {
  return {.status = status, .content_type = "application/json", .headers = {}, .body = to_text(value)};
}
http::HttpResponse FileCalls::error(const Error& error) {
  switch (error.code()) {
    case ErrorCode::not_found:
      return text(404, error.message());
    case ErrorCode::invalid_argument:
      return text(400, error.message());
    case ErrorCode::too_large:
      return text(413, error.message());
    case ErrorCode::exhausted:
      return text(507, "The server's disk is full.");
    case ErrorCode::conflict:
    case ErrorCode::unauthorized:
    case ErrorCode::forbidden:
    case ErrorCode::unavailable:
    case ErrorCode::timeout:
    case ErrorCode::corrupt:
    case ErrorCode::io:
    case ErrorCode::cancelled:
    case ErrorCode::unsupported:
    case ErrorCode::internal:
      break;
  }
  return text(500, "The file could not be handled.");
}

FileCalls::Plan FileCalls::plan(const http::HttpRequest& request) const {
  if (request.method == "OPTIONS") {
    http::HttpResponse response = text(200, "");
    if (!options_.cors_origin.empty()) {
      response.headers = {{"Access-Control-Allow-Origin", options_.cors_origin},
                          {"Access-Control-Allow-Methods", "GET, HEAD, POST, DELETE"},
                          {"Access-Control-Allow-Headers", "Authorization, Content-Type, Range"}};
    }
    return {.refusal = std::move(response)};
  }
  const bool is_reading = request.method == "GET" || request.method == "HEAD";
  if (is_reading && request.path() == "/") return {.refusal = text(200, "OK")};
  if (auto refused = refusal(request, is_reading)) return {.refusal = std::move(refused)};
  if (request.method == "POST" && request.path() == "/delete_many")
    return {.kind = Kind::answer, .path = {}, .refusal = {}};
  if ((request.method == "POST" || request.method == "PUT") && request.path() == "/")
    return {.kind = Kind::upload, .path = {}, .refusal = {}};
  auto path = checked_path(path_of(request));
  if (!path) return {.refusal = error(path.error())};
  if (is_reading) return {.kind = Kind::download, .path = std::move(*path), .refusal = {}};
  if (request.method == "DELETE") return {.kind = Kind::answer, .path = std::move(*path), .refusal = {}};
  return {.refusal = text(405, "Uploads go to / as multipart/form-data; the field's name is the path.")};
}

std::optional<http::HttpResponse> FileCalls::refusal(const http::HttpRequest& request, bool is_reading) const {
  const auto identity =
      options_.authenticate(request.header("Authorization"), request.cookie("clearml_token_basic"), request.peer);
  if (!identity) return text(identity.error().code().status, identity.error().message());
  if (!is_reading && (identity->role == Role::guest || identity->role == Role::annotator))
    return text(403, "Your role may only read.");
  return std::nullopt;
}

http::HttpResponse FileCalls::put(const http::HttpRequest& request) const {
  if (auto refused = refusal(request, false)) return std::move(*refused);
  const auto path = checked_path(path_of(request));
  if (!path) return error(path.error());
  const auto store = [&]() -> Status {
    TRY(FileRoot::Upload upload, root_.begin_upload());
    CHECK_OK(upload.write(request.body));
    return upload.finish(*path);
  };
  if (const Status status = store(); !status) return error(status.error());
  return json_answer(200, json::array{json::value(*path)});
}

http::HttpResponse FileCalls::answer(const http::HttpRequest& request) const {
  if (request.method == "POST") return delete_many(request.body);
  const auto path = checked_path(path_of(request));
  return path ? delete_one(*path) : error(path.error());
}

http::HttpResponse FileCalls::delete_one(const std::string& path) const {
  if (const Status status = root_.remove(path, FileRoot::Folders::refused); !status) return error(status.error());
  return json_answer(200, json::value(path));
}

http::HttpResponse FileCalls::delete_many(const std::string& body) const {
  const auto object = parse_json_object(body);
  const auto files = object ? get_strings(*object, "files") : std::vector<std::string>();
  if (files.empty()) return text(400, "'files' must name at least one path");
  json::object deleted, errors;
  for (const std::string& asked : files) {
    const auto path = checked_path(http::url_decode(asked));
    const Status status = path ? root_.remove(*path, FileRoot::Folders::removed) : Status(path.error());
    if (status) {
      deleted[asked] = *path;
    } else {
      json::value& list = errors[status.error().message()];
      if (!list.is_array()) list = json::array();
      list.get_array().emplace_back(asked);
    }
  }
  return json_answer(200, json::object{{"deleted", std::move(deleted)}, {"errors", std::move(errors)}});
}

Result<FileCalls::Download> FileCalls::begin_download(const http::HttpRequest& request, const std::string& path) const {
  TRY(FileRoot::Opened opened, root_.open_file(path));
  const std::int64_t size = opened.info.st_size;
  Download out{.fd = std::move(opened.fd), .head = {}, .offset = 0, .size = size};
  int status = 200;
  std::string range_header = "Accept-Ranges: bytes\r\n";
  if (const auto range = parse_range(request.header("Range"), size)) {
    status = range->count == 0 ? 416 : 206;
    out.offset = range->first;
    out.size = range->count;
    range_header += range->count == 0
                        ? "Content-Range: bytes */" + std::to_string(size) + "\r\n"
                        : "Content-Range: bytes " + std::to_string(range->first) + "-" +
                              std::to_string(range->first + range->count - 1) + "/" + std::to_string(size) + "\r\n";
  }
  const std::string_view shown = shown_type(path);
  const bool is_attachment = shown.empty() || request.query().find("download") != std::string_view::npos;
  out.head = "HTTP/1.1 " + std::to_string(status) + " " + std::string(http::reason_of(status)) + "\r\n";
  out.head += "Content-Type: " + std::string(shown.empty() ? "application/octet-stream" : shown) + "\r\n";
  out.head += "Content-Length: " + std::to_string(out.size) + "\r\n" + range_header;
  if (is_attachment) out.head += "Content-Disposition: attachment; filename*=UTF-8''" + header_name(path) + "\r\n";
  if (!options_.cors_origin.empty()) out.head += "Access-Control-Allow-Origin: " + options_.cors_origin + "\r\n";
  out.head +=
      "X-Content-Type-Options: nosniff\r\nContent-Security-Policy: sandbox; default-src 'none'\r\nCache-Control: "
      "private\r\n";
  return out;
}

}  // namespace jarvis::server::files
