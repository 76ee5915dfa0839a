#include "server/http/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace jarvis::server::http {
namespace {

std::string_view stripped(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The parts of a list, from the last to the first.
std::vector<std::string_view> parts_backwards(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const auto comma = text.rfind(',');
    const std::string_view part = stripped(comma == std::string_view::npos ? text : text.substr(comma + 1));
    if (!part.empty()) out.push_back(part);
    if (comma == std::string_view::npos) return out;
    text = text.substr(0, comma);
  }
}

/// 4 or 16 bytes; an IPv4 address that is written as an IPv6 one is the IPv4 one.
std::optional<std::string> address_bytes(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const std::string zero_ended(text);
  std::string bytes(4, '\0');
  if (::inet_pton(AF_INET, zero_ended.c_str(), bytes.data()) == 1) return bytes;
  bytes.assign(16, '\0');
  if (::inet_pton(AF_INET6, zero_ended.c_str(), bytes.data()) != 1) return std::nullopt;
  const std::string mapped(std::string(10, '\0') + "\xff\xff");
  return bytes.starts_with(mapped) ? bytes.substr(12) : bytes;
}

bool begins_alike(const std::string& a, const std::string& b, std::size_t bits) {
  if (a.size() != b.size()) return false;
  if (a.compare(0, bits / 8, b, 0, bits / 8) != 0) return false;
  const std::size_t rest = bits % 8;
  if (rest == 0) return true;
  const unsigned mask = 0xFFU << (8 - rest);
  return ((static_cast<unsigned char>(a[bits / 8]) ^ static_cast<unsigned char>(b[bits / 8])) & mask & 0xFFU) == 0;
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(std::string_view text) {
  TrustedProxies out;
  for (const std::string_view part : parts_backwards(text)) {
    const auto slash = part.find('/');
    const auto bytes = address_bytes(part.substr(0, slash));
    std::size_t bits = bytes ? bytes->size() * 8 : 0;
    bool is_good = bytes.has_value();
    if (is_good && slash != std::string_view::npos) {
      const std::string_view count = part.substr(slash + 1);
      std::size_t given = 0;
      const auto [end, failure] = std::from_chars(count.data(), count.data() + count.size(), given);
      is_good = failure == std::errc() && end == count.data() + count.size() && given <= bits;
      bits = given;
    }
    if (!is_good) return invalid_argument("'" + std::string(part) + "' is neither an address nor a network");
    out.networks_.push_back({*bytes, bits});
  }
  return out;
}

bool TrustedProxies::contains(std::string_view address) const {
  const auto bytes = address_bytes(address);
  return bytes && std::ranges::any_of(networks_, [&](const Network& network) {
           return begins_alike(*bytes, network.bytes, network.bits);
         });
}

std::string client_address(const HttpRequest& request, const TrustedProxies& trusted) {
  if (!trusted.contains(request.peer)) return request.peer;
  std::string_view farthest;
  for (const std::string_view address : parts_backwards(request.header("X-Forwarded-For"))) {
    if (!address_bytes(address)) break;  // what no proxy writes
    farthest = address;
    if (!trusted.contains(address)) break;
  }
  if (!farthest.empty()) return std::string(farthest);
  const std::string_view real = stripped(request.header("X-Real-IP"));
  return address_bytes(real) ? std::string(real) : request.peer;
}

}  // namespace jarvis::server::http
