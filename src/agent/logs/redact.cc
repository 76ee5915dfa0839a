#include "agent/logs/redact.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "base/digest.h"

namespace jarvis::agent {
namespace {

/// Parts of a text that are shown as ****; they may overlap.
class Hidden {
 public:
  bool is_empty() const { return parts_.empty(); }
  void add(std::size_t at, std::size_t size) { parts_.emplace_back(at, at + size); }
  std::string out_of(std::string_view text) {
    std::sort(parts_.begin(), parts_.end());
    std::string out;
    std::size_t shown = 0;  // up to here `text` is dealt with
    for (const auto& [begin, end] : parts_) {
      if (begin >= shown) out.append(text.substr(shown, begin - shown)).append("****");
      shown = std::max(shown, end);
    }
    return out.append(text.substr(shown));
  }

 private:
  std::vector<std::pair<std::size_t, std::size_t>> parts_;
};

std::string url_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          std::string_view("-_.~").find(c) != std::string_view::npos;
    out += is_plain ? std::string(1, c) : "%" + to_hex(std::string_view(&c, 1));
  }
  return out;
}

/// scheme://user:password@host → scheme://user:****@host
void hide_url_passwords(std::string_view text, Hidden& hidden) {
  // A `:` is in many lines, a `//` in few.
  for (auto at = text.find('/'); at != std::string_view::npos; at = text.find('/', at + 1)) {
    if (at == 0 || text[at - 1] != ':' || !text.substr(at + 1).starts_with('/')) continue;
    const std::string_view rest = text.substr(at + 2);
    const std::string_view host = rest.substr(0, rest.find_first_of("/ \t\"'\n"));
    const auto sign = host.rfind('@');
    if (sign == std::string_view::npos) continue;
    const auto colon = host.substr(0, sign).find(':');
    const std::size_t from = colon == std::string_view::npos ? 0 : colon + 1;
    hidden.add(at + 2 + from, sign - from);
  }
}

/// "eyJ...": three parts of base64url, the first the JSON header.
void hide_signed_tokens(std::string_view text, Hidden& hidden) {
  constexpr std::size_t kShortest = 60;  // a real one has more; a word of three parts has less
  // Its rarest letter.
  for (auto at = text.find('J'); at != std::string_view::npos; at = text.find('J', at + 1)) {
    if (!text.substr(0, at).ends_with("ey")) continue;
    const std::size_t begin = at - 2;
    int dots = 0;
    std::size_t end = begin;
    for (; end < text.size() && dots <= 2; ++end) {
      const auto c = static_cast<unsigned char>(text[end]);
      if (c == '.') {
        ++dots;
      } else if (std::isalnum(c) == 0 && c != '-' && c != '_') {
        break;
      }
    }
    if (dots == 2 && end - begin >= kShortest) hidden.add(begin, end - begin);
    // One of too many parts may have a token as its end.
    if (dots <= 2) at = end - 1;
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
  while (secret.ends_with('\n'))
    secret.remove_suffix(1);
  add_forms(secret);
  if (secret.find('\n') == std::string_view::npos) return;
  constexpr std::size_t kShortestLine = 16;  // shorter ones are brackets and words
  while (!secret.empty()) {
    const std::string_view line = secret.substr(0, secret.find('\n'));
    if (line.size() >= kShortestLine) add_forms(line);
    secret.remove_prefix(std::min(line.size() + 1, secret.size()));
  }
}

void Redactor::add_forms(std::string_view secret) {
  if (secret.size() < WordFinder::kShortest) return;
  for (std::string form : {std::string(secret), base64_encode(secret), url_encode(secret)}) {
    while (form.ends_with('='))
      form.pop_back();
    secrets_.add(std::move(form));
  }
}

std::string Redactor::redact(std::string lines) const {
  Hidden hidden;
  secrets_.find_all(lines, [&](std::size_t at, std::size_t size) { hidden.add(at, size); });
  hide_url_passwords(lines, hidden);
  hide_signed_tokens(lines, hidden);
  return hidden.is_empty() ? lines : hidden.out_of(lines);
}

}  // namespace jarvis::agent
