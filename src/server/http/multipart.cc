#include "server/http/multipart.h"

#include <algorithm>

namespace jarvis::server::http {
namespace {

constexpr std::size_t kHeadersMax = 16U << 10;

/// The value of name="..." in a header line; quotes may hold \" and \\.
std::optional<std::string> parameter(std::string_view line, std::string_view name) {
  const std::string key = std::string(name) + "=";
  for (auto at = line.find(key); at != std::string_view::npos; at = line.find(key, at + 1)) {
    if (at > 0 && line[at - 1] != ' ' && line[at - 1] != ';') continue;
    std::string_view rest = line.substr(at + key.size());
    if (!rest.starts_with('"')) return std::string(rest.substr(0, rest.find_first_of("; \t")));
    rest.remove_prefix(1);
    std::string out;
    for (std::size_t i = 0; i < rest.size(); ++i) {
      if (rest[i] == '"') return out;
      if (rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\')) ++i;
      out += rest[i];
    }
    return std::nullopt;
  }
  return std::nullopt;
}

/// Browsers and Python write %22, %0D and %0A for what a quoted name cannot hold.
std::string unescaped(std::string name) {
  for (const auto& [code, text] : {std::pair{"%22", "\""}, {"%0D", "\r"}, {"%0A", "\n"}}) {
    for (auto at = name.find(code); at != std::string::npos; at = name.find(code, at + 1))
      name.replace(at, 3, text);
  }
  return name;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace

std::optional<std::string> boundary_of(std::string_view content_type) {
  if (!lower(content_type).starts_with("multipart/form-data")) return std::nullopt;
  auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > 200) return std::nullopt;
  return boundary;
}

// The body begins with "--boundary"; with a line end put before it, every boundary looks the same.
MultipartReader::MultipartReader(std::string boundary, Callbacks callbacks)
    : delimiter_("\r\n--" + std::move(boundary)), callbacks_(std::move(callbacks)), buffer_("\r\n") {}

Status MultipartReader::add(std::string_view bytes) {
  buffer_ += bytes;
  bool progressed = true;
  while (progressed && state_ != State::done) {
    progressed = false;
    CHECK_OK(step(progressed));
  }
  if (state_ == State::done) buffer_.clear();
  return {};
}

Status MultipartReader::step(bool& progressed) {
  switch (state_) {
    case State::done:
      return {};
    case State::preamble: {
      const auto at = buffer_.find(delimiter_);
      if (at == std::string::npos) {
        if (buffer_.size() > kHeadersMax)
          return invalid_argument("the body does not begin with its multipart boundary");
        return {};
      }
      buffer_.erase(0, at + delimiter_.size());
      state_ = State::after_boundary;
      progressed = true;
      return {};
    }
    case State::after_boundary: {
      if (buffer_.size() < 2) return {};
      if (buffer_.starts_with("--")) {
        state_ = State::done;
        return {};
      }
      if (!buffer_.starts_with("\r\n")) return invalid_argument("a multipart boundary is not followed by a line end");
      buffer_.erase(0, 2);
      state_ = State::headers;
      progressed = true;
      return {};
    }
    case State::headers: {
      if (buffer_.find("\r\n\r\n") == std::string::npos) {
        if (buffer_.size() > kHeadersMax) return invalid_argument("the headers of a multipart part are too long");
        return {};
      }
      CHECK_OK(read_headers());
      progressed = true;
      return {};
    }
    case State::body:
      break;
  }
  const auto at = buffer_.find(delimiter_);
  // Without the delimiter, all but its longest possible beginning is data.
  const std::size_t size =
      at != std::string::npos ? at : buffer_.size() - std::min(buffer_.size(), delimiter_.size() - 1);
  if (size > 0) CHECK_OK(callbacks_.data(std::string_view(buffer_).substr(0, size)));
  buffer_.erase(0, size);
  if (at == std::string::npos) return {};
  buffer_.erase(0, delimiter_.size());
  CHECK_OK(callbacks_.end_part());
  state_ = State::after_boundary;
  progressed = true;
  return {};
}

Status MultipartReader::read_headers() {
  const auto end = buffer_.find("\r\n\r\n");
  const std::string headers = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  std::optional<std::string> name;
  bool is_file = false;
  for (std::size_t from = 0; from < headers.size();) {
    const auto line_end = headers.find("\r\n", from);
    const std::string_view line = std::string_view(headers).substr(from, line_end - from);
    if (lower(line).starts_with("content-disposition:")) {
      name = parameter(line, "name");
      is_file = parameter(line, "filename").has_value() || parameter(line, "filename*").has_value();
    }
    from = line_end + 2;
  }
  if (!name) return invalid_argument("a multipart part has no name");
  state_ = State::body;
  return callbacks_.begin_part({.name = unescaped(std::move(*name)), .is_file = is_file});
}

}  // namespace jarvis::server::http
