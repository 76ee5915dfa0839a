// auth.create_user, edit_user, set_password, end_sessions and users.delete: accounts, changed by administrators and, as
// far as they are theirs, by their owners.
#include "server/services/auth_users.h"
#include "server/auth/accounts.h"
#include "server/auth/password.h"
#include "server/services.h"
#include "server/store/documents.h"

namespace jarvis::server::auth_users {
namespace {

bool is_administrator(const Identity& identity) {
  return identity.role == Role::admin || identity.role == Role::root || identity.role == Role::system;
}

/// A user of the caller's company.
ApiResult<json::object> load(store::Transaction& tx, const Call& call, std::string_view id) {
  TRY(auto user, store::get(tx, store::Kind::user, id));
  if (!user || get_string_or(*user, "company", "") != call.identity.company.str())
    return ApiError(api::invalid_user_id, std::string(id));
  return std::move(*user);
}

/// What the authority remembers of users is read again, here at once and at other servers by their notices.
void heed_change(Services& services, store::Transaction& tx, std::string user) {
  tx.on_commit([&authority = services.authority, user = std::move(user), now = services.clock.wall()] {
    authority.ended(user, now);
  });
}

std::string asked_user(const Call& call) {
  const std::string user = get_string_or(call.body, "user", "");
  return user.empty() ? call.identity.user.str() : user;
}

ApiResult<Role> asked_role(const Call& call) {
  const std::string name = get_string_or(call.body, "role", "");
  const auto role = auth::role_to_give(name);
  if (!role) return ApiError(api::validation_error, "role: expected " + auth::roles_to_give());
  return *role;
}

}  // namespace

ApiResult<Reply> create(Services& services, const Call& call) {
  auth::NewAccount account{.login = get_string_or(call.body, "username", ""),
                           .name = get_string_or(call.body, "name", ""),
                           .role = Role::user,
                           .company = call.identity.company,
                           .password_hash = {},
                           .given_name = get_string_or(call.body, "given_name", ""),
                           .family_name = get_string_or(call.body, "family_name", ""),
                           .email = get_string_or(call.body, "email", "")};
  const auto company = get_string(call.body, "company");
  if (company && *company != call.identity.company.str())
    return ApiError(api::validation_error, "company: users are made in your own");
  if (!get_string_or(call.body, "role", "").empty()) {
    TRY(account.role, asked_role(call));
  }
  const std::string password = get_string_or(call.body, "password", "");
  if (!password.empty()) {
    if (account.login.empty()) return ApiError(api::validation_error, "username: needed with a password");
    TRY(account.password_hash, auth::hash_password(password));
  } else if (!account.login.empty()) {
    return ApiError(api::validation_error, "password: needed with a username");
  }
  return services.store.write([&](store::Transaction& tx) -> ApiResult<Reply> {
    TRY(const UserId id, auth::add_account(tx, account, services.clock.wall()));
    return Reply(json::object{{"id", id.str()}});
  });
}

ApiResult<Reply> edit(Services& services, store::Transaction& tx, const Call& call) {
  TRY(json::object user, load(tx, call, asked_user(call)));
  if (get_string_or(user, "id", "") == call.identity.user.str())
    return ApiError(api::validation_error, "user: nobody changes the own role or state; another administrator can");
  if (role_from(get_string_or(user, "role", "")).value_or(Role::guest) > Role::admin && call.identity.role < Role::root)
    return ApiError(api::forbidden_role, "an administrator does not change users of the system");
  json::object fields;
  if (!get_string_or(call.body, "role", "").empty()) {
    TRY(const Role role, asked_role(call));
    CHECK_OK(auth::set_role(tx, user, role, services.clock.wall()));
    fields["role"] = to_string(role);
  }
  if (const auto is_disabled = get_bool(call.body, "disabled")) {
    CHECK_OK(auth::set_disabled(tx, user, *is_disabled, services.clock.wall()));
    fields["disabled"] = *is_disabled;
  }
  heed_change(services, tx, get_string_or(user, "id", ""));
  return Reply(json::object{{"updated", fields.empty() ? 0 : 1}, {"fields", std::move(fields)}});
}

ApiResult<Reply> set_password(Services& services, const Call& call) {
  const std::string id = asked_user(call);
  const bool is_own = id == call.identity.user.str();
  if (!is_own && !is_administrator(call.identity))
    return ApiError(api::forbidden_role, "only an administrator sets other users' passwords");
  TRY(const std::string login, services.store.read([&](store::Transaction& tx) { return auth::login_of(tx, id); }));
  if (is_own && !login.empty()) {
    // Who has found an open browser is not its owner.
    CHECK_OK(
        services.authority.identity_from_password(login, get_string_or(call.body, "current_password", ""), call.peer));
  }
  TRY(const std::string hash, auth::hash_password(get_string_or(call.body, "password", "")));
  return services.store.write([&](store::Transaction& tx) -> ApiResult<Reply> {
    TRY(const json::object user, load(tx, call, id));
    CHECK_OK(auth::set_password(tx, user, get_string_or(call.body, "username", ""), hash, services.clock.wall()));
    heed_change(services, tx, id);
    return Reply(json::object{{"updated", 1}});
  });
}

ApiResult<Reply> end_sessions(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = asked_user(call);
  if (id != call.identity.user.str() && !is_administrator(call.identity))
    return ApiError(api::forbidden_role, "only an administrator ends other users' sessions");
  TRY(const json::object user, load(tx, call, id));
  CHECK_OK(auth::end_sessions(tx, get_string_or(user, "id", ""), services.clock.wall()));
  heed_change(services, tx, id);
  return Reply(json::object{{"ended", 1}});
}

ApiResult<Reply> erase(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "user", "");
  TRY(const json::object user, load(tx, call, id));
  if (id == call.identity.user.str()) return ApiError(api::validation_error, "user: nobody deletes the own account");
  CHECK_OK(auth::delete_account(tx, id, services.clock.wall()));
  heed_change(services, tx, id);
  return Reply(json::object{{"deleted", 1}});
}

}  // namespace jarvis::server::auth_users
