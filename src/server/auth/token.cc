#include "server/auth/token.h"

#include "base/digest.h"

namespace jarvis::server::auth {
namespace {

// The one header that this server writes and accepts: no algorithm is ever read from a token.
constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";

Error refused(std::string why) {
  return Error(ErrorCode::unauthorized, std::move(why));
}

json::object claims_of(const Token& token) {
  const Identity& identity = token.identity;
  json::object claims{{"iat", token.issued.us / 1'000'000},
                      {"iat_us", token.issued.us},
                      {"exp", token.expires.us / 1'000'000},
                      {"session_id", identity.session_id},
                      {"auth_type", "Bearer"},
                      {"identity",
                       {{"user", identity.user.str()},
                        {"company", identity.company.str()},
                        {"role", to_string(identity.role)},
                        {"user_name", identity.user_name},
                        {"company_name", identity.company_name}}},
                      {"api_version", std::to_string(kNewestApi.major) + "." + std::to_string(kNewestApi.minor)},
                      {"server_version", JARVIS_VERSION},
                      {"server_build", "1"},
                      {"feature_set", "basic"}};
  if (identity.key_expires) claims["key_expires_us"] = identity.key_expires->us;
  if (identity.lease) claims["lease"] = {{"task", identity.lease->task.str()}, {"epoch", identity.lease->epoch}};
  return claims;
}

Result<Token> token_from(const json::object& claims) {
  const json::object* who = get_object(claims, "identity");
  const auto expires = get_int(claims, "exp");
  if (who == nullptr || !expires) return refused("the token lacks its claims");
  const auto role = role_from(get_string_or(*who, "role", ""));
  if (!role) return refused("the token names an unknown role");
  Token token;
  token.identity = {.user = UserId(get_string_or(*who, "user", "")),
                    .company = CompanyId(get_string_or(*who, "company", "")),
                    .role = *role,
                    .user_name = get_string_or(*who, "user_name", ""),
                    .company_name = get_string_or(*who, "company_name", ""),
                    .session_id = get_string_or(claims, "session_id", "")};
  if (const json::object* lease = get_object(claims, "lease")) {
    token.identity.lease = LeaseClaim{TaskId(get_string_or(*lease, "task", "")), get_int(*lease, "epoch").value_or(0)};
  }
  if (const auto ends = get_int(claims, "key_expires_us")) token.identity.key_expires = WallTime{*ends};
  // To the microsecond: a user's sessions end at an instant, and a new one may begin in the same second.
  token.issued = {get_int(claims, "iat_us").value_or(get_int(claims, "iat").value_or(0) * 1'000'000)};
  token.expires = {*expires * 1'000'000};
  return token;
}

}  // namespace

std::string sign(const Token& token, std::string_view key) {
  std::string text = base64url_encode(kHeader) + "." + base64url_encode(to_text(claims_of(token)));
  return text + "." + base64url_encode(hmac_sha256(key, text));
}

Result<Token> verify(std::string_view text, std::string_view key, WallTime now) {
  const auto first = text.find('.');
  const auto last = text.rfind('.');
  if (first == std::string_view::npos || first == last) return refused("not a token");
  if (text.substr(0, first) != base64url_encode(kHeader)) return refused("the token has another signature algorithm");
  const auto signature = base64url_decode(text.substr(last + 1));
  if (!signature || !constant_time_equal(*signature, hmac_sha256(key, text.substr(0, last)))) {
    return refused("the token was not signed by this server");
  }
  TRY(const std::string claims_text, base64url_decode(text.substr(first + 1, last - first - 1)));
  TRY(const json::object claims, parse_json_object(claims_text));
  TRY(Token token, token_from(claims));
  if (token.expires <= now) return refused("the token has expired");
  return token;
}

}  // namespace jarvis::server::auth
