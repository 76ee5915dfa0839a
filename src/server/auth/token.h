// Session tokens: JWTs signed with HS256, which a client may decode without the key. Pure functions: thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "server/call.h"

namespace jarvis::server::auth {

struct Token {
  Identity identity;
  WallTime issued, expires;
};

std::string sign(const Token& token, std::string_view key);
/// Errors: unauthorized for a broken, forged or expired token; the message says which.
Result<Token> verify(std::string_view text, std::string_view key, WallTime now);

}  // namespace jarvis::server::auth
