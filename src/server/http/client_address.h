// Who a request is from when proxies stand between. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "server/http/request.h"

namespace jarvis::server::http {

/// The proxies whose word counts: addresses and networks, "127.0.0.0/8, ::1".
class TrustedProxies {
 public:
  TrustedProxies() = default;  // nobody's
  /// Errors: invalid_argument, with the part that is neither.
  static Result<TrustedProxies> parse(std::string_view text);

  bool contains(std::string_view address) const;

 private:
  struct Network {
    std::string bytes;  // 4 or 16
    std::size_t bits;
  };
  std::vector<Network> networks_;
};

/// The peer; behind trusted proxies the last address in X-Forwarded-For that is none of them (what stands before it,
/// anybody may have written), else X-Real-IP.
std::string client_address(const HttpRequest& request, const TrustedProxies& trusted);

}  // namespace jarvis::server::http
