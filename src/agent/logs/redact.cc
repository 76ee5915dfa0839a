#include "agent/logs/redact.h"

#include <algorithm>
#include <cctype>
#include <iterator>

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

/// "eyJ...": three parts of base64url, the first the JSON header.
void hide_signed_tokens(std::string& line) {
  constexpr std::size_t kShortest = 60;  // a real one has more; a word of three parts has less
  for (auto at = line.find("eyJ"); at != std::string::npos; at = line.find("eyJ", at + 3)) {
    int dots = 0;
    std::size_t end = at;
    for (; end < line.size() && dots <= 2; ++end) {
      const auto c = static_cast<unsigned char>(line[end]);
      if (c == '.') {
        ++dots;
      } else if (std::isalnum(c) == 0 && c != '-' && c != '_') {
        break;
      }
    }
    if (dots == 2 && end - at >= kShortest) line.replace(at, end - at, "****");
  }
}

bool says_secret(std::string_view name) {
  std::string parts = "_";
  for (const char c : name)
    parts += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  parts += '_';
  constexpr std::string_view kWords[] = {"_PASSWORD_", "_PASSWD_",  "_PASS_",        "_SECRET_",      "_TOKEN_",
                                         "_APIKEY_",   "_API_KEY_", "_PRIVATE_KEY_", "_CREDENTIALS_", "_ACCESS_KEY_"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return parts.find(word) != std::string::npos; });
}

}  // namespace

void Redactor::add_secrets_of(const proc::Environment& environment) {
  for (const auto& [name, value] : environment.values()) {
    // GOOGLE_APPLICATION_CREDENTIALS and others name a file: a path is no secret.
    if (says_secret(name) && !value.starts_with('/')) add(value);
  }
}

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
  hide_signed_tokens(line);
  return line;
}

}  // namespace jarvis::agent
