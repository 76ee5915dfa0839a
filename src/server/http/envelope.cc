#include "server/http/envelope.h"

#include <charconv>

namespace jarvis::server::http {
namespace {

bool is_word(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return true;
}

bool read_number(std::string_view text, int& out) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failure == std::errc() && end == text.data() + text.size() && !text.empty() && text.size() <= 6;
}

std::optional<ApiVersion> parse_version(std::string_view text) {
  const auto dot = text.find('.');
  ApiVersion version;
  if (dot == std::string_view::npos || !read_number(text.substr(0, dot), version.major) ||
      !read_number(text.substr(dot + 1), version.minor)) {
    return std::nullopt;
  }
  return version;
}

// Clients older than 2.1 read versions as JSON numbers.
void append_version(std::string& out, const std::optional<ApiVersion>& version, bool as_number) {
  if (!version) {
    out += "null";
    return;
  }
  const std::string text = std::to_string(version->major) + "." + std::to_string(version->minor);
  out += as_number ? text : "\"" + text + "\"";
}

void append_text(std::string& out, std::string_view text) {
  out += json::serialize(json::string_view(text));
}

}  // namespace

std::optional<Target> parse_target(std::string_view path) {
  if (path.empty() || path.front() != '/') return std::nullopt;
  path.remove_prefix(1);
  if (!path.empty() && path.back() == '/') path.remove_suffix(1);
  Target target;
  if (const auto slash = path.find('/'); slash != std::string_view::npos) {
    if (path.front() != 'v') return std::nullopt;
    target.version = parse_version(path.substr(1, slash - 1));
    if (!target.version) return std::nullopt;
    path.remove_prefix(slash + 1);
  }
  const auto dot = path.find('.');
  if (dot == std::string_view::npos || !is_word(path.substr(0, dot)) || !is_word(path.substr(dot + 1)))
    return std::nullopt;
  target.endpoint = path;
  return target;
}

std::string envelope(const Meta& meta, const ApiResult<Reply>& result) {
  const ApiCode code = result ? ApiCode{200, 0, "OK"} : result.error().code();
  const std::string message = result ? "OK" : result.error().message();
  const bool as_number = meta.requested && *meta.requested < ApiVersion{2, 1};
  std::string data;
  if (!result) {
    data = "{}";
  } else {
    data = result->raw_data.empty() ? to_text(result->data) : result->raw_data;
  }

  std::string out;
  out.reserve(data.size() + 512);
  out += R"({"meta":{"id":")" + meta.id + R"(","trx":)";
  append_text(out, meta.trx);
  out += R"(,"endpoint":{"name":)";
  append_text(out, meta.endpoint);
  out += R"(,"requested_version":)";
  append_version(out, meta.requested, as_number);
  out += R"(,"actual_version":)";
  append_version(out, meta.actual, as_number);
  out += R"(},"result_code":)" + std::to_string(code.status) + R"(,"result_subcode":)" + std::to_string(code.subcode);
  out += R"(,"result_msg":)";
  append_text(out, message);
  out += R"(,"error_stack":null,"error_data":)" + (result ? std::string("{}") : to_text(result.error().data()));
  out += R"(},"data":)" + data + "}";
  return out;
}

}  // namespace jarvis::server::http
