#include "agent/logs/redact.h"

#include <algorithm>

#include "base/digest.h"

namespace jarvis::agent {
namespace {

std::string url_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          std::string_view("-_.~").find(c) != std::string_view::npos;
    out += is_plain ? std::string(1, c) : "%" + to_hex(std::string_view(&c, 1));
  }
  return out;
}

void replace_all(std::string& text, std::string_view what) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 4))
    text.replace(at, what.size(), "****");
}

/// scheme://user:password@host → scheme://user:****@host
void hide_url_password(std::string& line) {
  for (auto at = line.find("://"); at != std::string::npos; at = line.find("://", at + 3)) {
    const auto end = line.find_first_of("/ \t\"'", at + 3);
    const auto sign = line.rfind('@', end);
    if (sign == std::string::npos || sign < at + 3 || (end != std::string::npos && sign > end)) continue;
    const auto colon = line.find(':', at + 3);
    const auto from = colon == std::string::npos || colon > sign ? at + 3 : colon + 1;
    line.replace(from, sign - from, "****");
  }
}

}  // namespace

void Redactor::add(std::string_view secret) {
  if (secret.size() < 6) return;
  for (std::string form : {std::string(secret), base64_encode(secret), url_encode(secret)}) {
    while (form.ends_with('='))
      form.pop_back();
    if (std::find(secrets_.begin(), secrets_.end(), form) == secrets_.end()) secrets_.push_back(std::move(form));
  }
}

std::string Redactor::redact(std::string line) const {
  for (const std::string& secret : secrets_)
    replace_all(line, secret);
  hide_url_password(line);
  return line;
}

}  // namespace jarvis::agent
