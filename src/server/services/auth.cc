// auth.* and login.*: sessions, and the key pairs of the caller.
#include "server/auth/authority.h"

#include <array>

#include "server/auth/accounts.h"
#include "server/endpoint.h"
#include "server/services.h"
#include "server/services/auth_users.h"
#include "server/store/documents.h"
#include "server/store/queue_entries.h"

namespace jarvis::server {
namespace {

constexpr const char* kCookie = "clearml_token_basic";

std::chrono::seconds life_asked(const Call& call) {
  const auto seconds = get_int(call.body, "expiration_sec");
  return seconds && *seconds > 0 ? std::chrono::seconds(*seconds) : auth::kTokenLife;
}

// A job's token is bound to its run: what it writes to its task counts only as long as no newer run was handed out.
ApiResult<Reply> login(Services& services, store::Transaction& tx, const Call& call) {
  Identity identity = call.identity;
  if (identity.user.empty()) return ApiError(api::unauthorized);
  const std::string task = get_string_or(call.body, "lease_task", "");
  if (!task.empty()) {
    const auto epoch = get_int(call.body, "lease_epoch");
    if (!epoch) return ApiError(api::validation_error, "lease_epoch: required with lease_task");
    TRY(const std::int64_t newest, store::epoch_of(tx, TaskId(task)));
    if (*epoch != newest) return ApiError(api::stale_lease, "epoch " + std::to_string(*epoch) + " of task " + task);
    identity.lease = LeaseClaim{TaskId(task), *epoch};
  }
  // A session of its own for each login: logging one out must not end the others.
  identity.session_id.clear();
  const auto life = services.authority.life_of(identity, life_asked(call));
  const std::string token = services.authority.issue(std::move(identity), life);
  Reply reply(json::object{{"token", token}});
  reply.cookies.push_back({.name = kCookie, .value = token, .max_age = life});
  return reply;
}

ApiResult<Reply> logout(Services& services, store::Transaction& tx, const Call& call) {
  if (!call.identity.session_id.empty()) CHECK_OK(services.authority.revoke(tx, call.identity.session_id));
  Reply reply;
  reply.cookies.push_back({.name = kCookie, .value = "", .max_age = std::chrono::seconds(0)});
  return reply;
}

ApiResult<Reply> login_logout(Services& services, store::Transaction& tx, const Call& call) {
  TRY(Reply reply, logout(services, tx, call));
  reply.data["redirect_url"] = nullptr;
  return reply;
}

ApiResult<Reply> validate_token(Services& services, store::Transaction&, const Call& call) {
  const auto identity = services.authority.identity_from_token(get_string_or(call.body, "token", ""));
  if (!identity) return json::object{{"valid", false}, {"msg", identity.error().message()}};
  return json::object{
      {"valid", true}, {"user", identity->user.str()}, {"company", identity->company.str()}, {"msg", ""}};
}

ApiResult<Reply> get_token_for_user(Services& services, store::Transaction& tx, const Call& call) {
  const UserId user(get_string_or(call.body, "user", ""));
  TRY(auto identity, services.authority.identity_of(tx, user));
  if (!identity || identity->company != call.identity.company) return ApiError(api::invalid_user_id, user.str());
  identity->key_expires = call.identity.key_expires;
  return json::object{{"token", services.authority.issue(*std::move(identity), life_asked(call))}};
}

/// When the key ends that is asked for. One made with a key that ends ends with it, at the latest.
ApiResult<std::optional<WallTime>> expiry_asked(const Services& services, const Call& call) {
  const std::optional<WallTime>& own = call.identity.key_expires;
  const auto seconds = get_int(call.body, "expiration_sec");
  if (!seconds) return own;
  if (*seconds <= 0 || *seconds > auth::kKeyLifeMax.count())
    return ApiError(api::validation_error,
                    "expiration_sec: expected 1 to " + std::to_string(auth::kKeyLifeMax.count()));
  const WallTime expires = services.clock.wall() + std::chrono::seconds(*seconds);
  if (own && expires > *own)
    return ApiError(api::validation_error,
                    "expiration_sec: the key that you came with ends before, at " + to_iso(*own));
  return std::optional(expires);
}

json::value date_or_null(const std::optional<WallTime>& time) {
  return time ? json::value(to_iso(*time)) : json::value(nullptr);
}

ApiResult<Reply> create_credentials(Services& services, store::Transaction& tx, const Call& call) {
  const std::string label = get_string_or(call.body, "label", "");
  TRY(const auto expires, expiry_asked(services, call));
  TRY(const auth::KeyPair pair,
      services.authority.create_key(tx, call.identity.user, {.label = label, .expires = expires}));
  return json::object{{"credentials",
                       {{"access_key", pair.access_key},
                        {"secret_key", pair.secret_key},
                        {"label", label},
                        {"expires", date_or_null(expires)}}}};
}

ApiResult<Reply> get_credentials(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const auto keys, services.authority.keys_of(tx, call.identity.user));
  json::array list;
  for (const auth::KeyInfo& key : keys) {
    json::object entry{{"access_key", key.access_key}, {"label", key.label}, {"expires", date_or_null(key.expires)}};
    if (key.last_used) {
      entry["last_used"] = to_iso(*key.last_used);
      entry["last_used_from"] = key.last_used_from;
    }
    list.push_back(std::move(entry));
  }
  return json::object{{"credentials", std::move(list)}};
}

ApiResult<Reply> edit_credentials(Services& services, store::Transaction& tx, const Call& call) {
  const std::string key = get_string_or(call.body, "access_key", "");
  TRY(const bool was_there,
      services.authority.set_label(tx, call.identity.user, key, get_string_or(call.body, "label", "")));
  if (!was_there) return ApiError(api::validation_error, "access_key: you have no such key");
  return json::object{{"updated", 1}};
}

ApiResult<Reply> revoke_credentials(Services& services, store::Transaction& tx, const Call& call) {
  const std::string key = get_string_or(call.body, "access_key", "");
  TRY(const bool was_there, services.authority.delete_key(tx, call.identity.user, key));
  return json::object{{"revoked", was_there ? 1 : 0}};
}

ApiResult<Reply> fixed_users_mode(Services&, store::Transaction& tx, const Call&) {
  TRY(const bool is_enabled, auth::has_passwords(tx));
  return json::object{{"enabled", is_enabled}, {"guest", {{"enabled", false}}}};
}

ApiResult<Reply> supported_modes(Services&, store::Transaction& tx, const Call& call) {
  TRY(const bool is_enabled, auth::has_passwords(tx));
  // `basic`: names and passwords. A key pair, which signs in here, is `auth.login`'s.
  return json::object{{"basic", {{"enabled", is_enabled}, {"guest", {{"enabled", false}}}}},
                      {"sso", json::object()},
                      {"sso_providers", json::array()},
                      {"authenticated", !call.identity.user.empty()},
                      {"server_errors", {{"missed_es_upgrade", false}, {"es_connection_error", false}}}};
}

}  // namespace

std::span<const Endpoint> auth_endpoints() {
  static const std::array rows{
      Endpoint{"auth.login", {1, 0}, Access::signed_in, Read{login}},
      Endpoint{"auth.logout", {2, 1}, Access::signed_in, Write{logout}},
      Endpoint{"auth.validate_token", {1, 0}, Access::signed_in, Read{validate_token}},
      Endpoint{"auth.get_token_for_user", {1, 0}, Access::admin, Read{get_token_for_user}},
      Endpoint{"auth.create_credentials", {1, 0}, Access::signed_in, Write{create_credentials}},
      Endpoint{"auth.get_credentials", {1, 0}, Access::signed_in, Read{get_credentials}},
      Endpoint{"auth.edit_credentials", {1, 0}, Access::signed_in, Write{edit_credentials}},
      Endpoint{"auth.revoke_credentials", {1, 0}, Access::signed_in, Write{revoke_credentials}},
      Endpoint{"auth.create_user", {1, 0}, Access::admin, Pool{auth_users::create}},
      Endpoint{"auth.edit_user", {1, 0}, Access::admin, Write{auth_users::edit}},
      Endpoint{"auth.set_password", {2, 31}, Access::signed_in, Pool{auth_users::set_password}},
      Endpoint{"auth.end_sessions", {2, 31}, Access::signed_in, Write{auth_users::end_sessions}},
      Endpoint{"auth.fixed_users_mode", {1, 0}, Access::everyone, Read{fixed_users_mode}},
  };
  return rows;
}

std::span<const Endpoint> login_endpoints() {
  static const std::array rows{
      Endpoint{"login.supported_modes", {1, 0}, Access::everyone, Read{supported_modes}},
      Endpoint{"login.logout", {1, 0}, Access::signed_in, Write{login_logout}},
  };
  return rows;
}

}  // namespace jarvis::server
