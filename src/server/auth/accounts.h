// Users as accounts: their role, their login and password, whether they may come in. Runs inside the caller's
// transaction. Servers hear of what changed here by the tables' triggers (see Authority::reload_if_changed).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "server/call.h"
#include "server/store/store.h"

namespace jarvis::server::auth {

struct NewAccount {
  std::string login;  // empty: no password, only keys
  std::string name;   // empty: the login
  Role role = Role::user;
  CompanyId company;
  std::string password_hash;                   // empty: none
  std::string given_name, family_name, email;  // the first two when empty: what the name says
};

/// The roles that may be given: those of people.
std::optional<Role> role_to_give(std::string_view name);
/// "admin, superuser, user, annotator or guest".
std::string roles_to_give();

/// Errors: validation_error for a login that is none, or taken.
ApiResult<UserId> add_account(store::Transaction& tx, const NewAccount& account, WallTime now);

/// By login, id or name, in this order. Errors: invalid_user_id; validation_error when the name is that of several.
ApiResult<json::object> find_account(store::Transaction& tx, std::string_view who);

/// Makes the user document's new role or state true: tokens made before are refused from now on.
ApiResult<void> set_role(store::Transaction& tx, json::object& user, Role role, WallTime now);
ApiResult<void> set_disabled(store::Transaction& tx, json::object& user, bool is_disabled, WallTime now);
inline bool is_disabled(const json::object& user) {
  return get_bool_or(user, "disabled", false);
}

/// Ends what was signed in with the old one.
ApiResult<void> set_password(store::Transaction& tx, const json::object& user, std::string_view login,
                             const std::string& hash, WallTime now);
Status end_sessions(store::Transaction& tx, std::string_view user, WallTime now);
/// With its keys and password. Errors: invalid_user_id.
ApiResult<void> delete_account(store::Transaction& tx, std::string_view user, WallTime now);

struct PasswordRow {
  UserId user;
  std::string hash;
  bool is_configured = false;  // by auth.fixed_users of the configuration
};
Result<std::optional<PasswordRow>> password_of(store::Transaction& tx, std::string_view login);
/// "" when the user has none.
Result<std::string> login_of(store::Transaction& tx, std::string_view user);
struct Login {
  std::string name;
  bool is_configured = false;
};
/// Of all users that have a password, by their ids.
Result<std::map<std::string, Login>> logins(store::Transaction& tx);
Result<bool> has_passwords(store::Transaction& tx);

struct ConfiguredUser {
  std::string login, name, password;  // the password as it is, or its argon2id hash
  Role role = Role::user;
};
/// Makes the database's accounts those of the configuration: new ones are added, others brought to its name, role and
/// password, those that it no longer names lose their password. Slow: hashes.
Status apply_configured_users(store::Store& store, const std::vector<ConfiguredUser>& users, WallTime now);

}  // namespace jarvis::server::auth
