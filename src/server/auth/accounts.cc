#include "server/auth/accounts.h"

#include <algorithm>
#include <array>

#include "base/ids.h"
#include "base/limits.h"
#include "base/log.h"
#include "server/auth/password.h"
#include "server/store/documents.h"

namespace jarvis::server::auth {
namespace {

constexpr std::array kRoles{Role::admin, Role::superuser, Role::user, Role::annotator, Role::guest};

ApiResult<void> check_login(std::string_view login) {
  const bool is_text = std::ranges::all_of(login, [](unsigned char c) { return c > ' ' && c != ':' && c != 0x7f; });
  if (login.empty() || login.size() > limits::login_bytes_max || !is_text) {
    return ApiError(api::validation_error,
                    "username: 1 to " + std::to_string(limits::login_bytes_max) + " characters without spaces and ':'");
  }
  return {};
}

Status put_password(store::Transaction& tx, std::string_view login, std::string_view user, std::string_view hash,
                    bool is_configured, WallTime now) {
  CHECK_OK(tx.run("password_put", {login, user, hash, std::int64_t{is_configured}, now.us}));
  return {};
}

}  // namespace

std::optional<Role> role_to_give(std::string_view name) {
  const auto role = role_from(name);
  return role && std::ranges::find(kRoles, *role) != kRoles.end() ? role : std::nullopt;
}

std::string roles_to_give() {
  std::string out;
  for (const Role role : kRoles)
    out += std::string(out.empty() ? "" : role == kRoles.back() ? " or " : ", ") + std::string(to_string(role));
  return out;
}

ApiResult<UserId> add_account(store::Transaction& tx, const NewAccount& account, WallTime now) {
  const std::string id = random_id();
  const std::string name = account.name.empty() ? account.login : account.name;
  if (name.empty()) return ApiError(api::validation_error, "name: must not be empty");
  if (!account.login.empty()) {
    CHECK_OK(check_login(account.login));
    TRY(const auto taken, password_of(tx, account.login));
    if (taken) return ApiError(api::validation_error, "username: '" + account.login + "' is taken");
  }
  const std::size_t space = name.find(' ');
  const std::string family = space == std::string::npos ? "" : name.substr(space + 1);
  json::object user{{"id", id},
                    {"company", account.company.str()},
                    {"name", name},
                    {"given_name", account.given_name.empty() ? name.substr(0, space) : account.given_name},
                    {"family_name", account.family_name.empty() ? family : account.family_name},
                    {"role", to_string(account.role)},
                    {"created", to_iso(now)}};
  if (!account.email.empty()) user["email"] = account.email;
  CHECK_OK(store::put(tx, store::Kind::user, user));
  if (!account.login.empty()) CHECK_OK(put_password(tx, account.login, id, account.password_hash, false, now));
  return UserId(id);
}

ApiResult<json::object> find_account(store::Transaction& tx, std::string_view who) {
  TRY(const auto password, password_of(tx, who));
  const std::string id = password ? password->user.str() : std::string(who);
  TRY(auto user, store::get(tx, store::Kind::user, id));
  if (user) return std::move(*user);
  TRY(auto named,
      store::find(tx, store::Kind::user, {.where = store::filter::equals({"name"}, json::value(who)), .limit = 2}));
  if (named.empty()) return ApiError(api::invalid_user_id, std::string(who));
  if (named.size() > 1)
    return ApiError(api::validation_error, "several users are called '" + std::string(who) + "': name one by its id");
  return std::move(named.front());
}

ApiResult<void> set_role(store::Transaction& tx, json::object& user, Role role, WallTime now) {
  user["role"] = to_string(role);
  CHECK_OK(store::put(tx, store::Kind::user, user));
  CHECK_OK(end_sessions(tx, get_string_or(user, "id", ""), now));
  return {};
}

ApiResult<void> set_disabled(store::Transaction& tx, json::object& user, bool is_disabled, WallTime now) {
  if (is_disabled) {
    user["disabled"] = true;
  } else {
    user.stable_erase("disabled");
  }
  CHECK_OK(store::put(tx, store::Kind::user, user));
  if (is_disabled) CHECK_OK(end_sessions(tx, get_string_or(user, "id", ""), now));
  return {};
}

ApiResult<void> set_password(store::Transaction& tx, const json::object& user, std::string_view login,
                             const std::string& hash, WallTime now) {
  const std::string id = get_string_or(user, "id", "");
  TRY(const std::string before, login_of(tx, id));
  const std::string wanted = login.empty() ? before : std::string(login);
  CHECK_OK(check_login(wanted));
  TRY(const auto taken, password_of(tx, wanted));
  if (taken && taken->user.str() != id) return ApiError(api::validation_error, "username: '" + wanted + "' is taken");
  if (taken && taken->is_configured) {
    return ApiError(api::validation_error,
                    "the password of '" + wanted + "' is the configuration's (auth.fixed_users): change it there");
  }
  if (!before.empty()) CHECK_OK(tx.run("passwords_delete_of", {std::string_view(id)}));
  CHECK_OK(put_password(tx, wanted, id, hash, false, now));
  CHECK_OK(end_sessions(tx, id, now));
  return {};
}

Status end_sessions(store::Transaction& tx, std::string_view user, WallTime now) {
  CHECK_OK(tx.run("sessions_end", {user, now.us}));
  return {};
}

ApiResult<void> delete_account(store::Transaction& tx, std::string_view user, WallTime now) {
  TRY(const bool was_there, store::erase(tx, store::Kind::user, user));
  if (!was_there) return ApiError(api::invalid_user_id, std::string(user));
  CHECK_OK(tx.run("passwords_delete_of", {user}));
  CHECK_OK(tx.run("api_keys_delete_of", {user}));
  CHECK_OK(end_sessions(tx, user, now));
  return {};
}

Result<std::optional<PasswordRow>> password_of(store::Transaction& tx, std::string_view login) {
  TRY(const store::Rows rows, tx.run("password_get", {login}));
  if (rows.empty()) return std::optional<PasswordRow>();
  const store::Row& row = rows.front();
  return std::optional(
      PasswordRow{.user = UserId(row.text(0)), .hash = row.text(1), .is_configured = row.integer(2) != 0});
}

Result<std::string> login_of(store::Transaction& tx, std::string_view user) {
  TRY(const store::Rows rows, tx.run("password_login_of", {user}));
  return rows.empty() ? std::string() : rows.front().text(0);
}

Result<std::map<std::string, Login>> logins(store::Transaction& tx) {
  TRY(const store::Rows rows, tx.run("passwords_logins", {}));
  std::map<std::string, Login> out;
  for (const store::Row& row : rows)
    out.try_emplace(row.text(0), Login{.name = row.text(1), .is_configured = row.integer(2) != 0});
  return out;
}

Result<bool> has_passwords(store::Transaction& tx) {
  TRY(const store::Rows rows, tx.run("passwords_any", {}));
  return !rows.empty();
}

namespace {

Status apply_one(store::Store& store, const ConfiguredUser& wanted, WallTime now) {
  const auto known = store.read([&](store::Transaction& tx) { return password_of(tx, wanted.login); });
  if (!known) return known.error();
  std::string hash = *known ? (*known)->hash : std::string();
  if (is_password_hash(wanted.password)) {
    hash = wanted.password;
  } else if (hash.empty() || !verify_password(hash, wanted.password)) {
    TRY(hash, hash_password(wanted.password));
  }
  const auto applied = store.write([&](store::Transaction& tx) -> ApiResult<void> {
    TRY(const auto row, password_of(tx, wanted.login));
    TRY(const auto companies,
        store::find_ids(tx, store::Kind::company, {.order = {{.field = {"created"}}}, .limit = 1}));
    if (companies.empty()) return ApiError(internal_error("there is no company yet"));
    UserId user = row ? row->user : UserId();
    if (!row) {
      TRY(user, add_account(tx,
                            {.login = wanted.login,
                             .name = wanted.name,
                             .role = wanted.role,
                             .company = CompanyId(companies.front()),
                             .password_hash = hash,
                             .given_name = {},
                             .family_name = {},
                             .email = {}},
                            now));
    }
    TRY(auto document, store::get(tx, store::Kind::user, user.str()));
    if (!document) return ApiError(api::invalid_user_id, user.str());
    if (!wanted.name.empty()) (*document)["name"] = wanted.name;
    const bool has_role = get_string_or(*document, "role", "") == to_string(wanted.role);
    CHECK_OK(store::put(tx, store::Kind::user, *document));
    if (!has_role) CHECK_OK(set_role(tx, *document, wanted.role, now));
    if (row && row->hash != hash) CHECK_OK(end_sessions(tx, user.str(), now));
    CHECK_OK(put_password(tx, wanted.login, user.str(), hash, true, now));
    return {};
  });
  return applied ? Status() : Status(Error(ErrorCode::invalid_argument, applied.error().message()));
}

Status take_password(store::Transaction& tx, const std::string& user, WallTime now) {
  CHECK_OK(tx.run("passwords_delete_of", {std::string_view(user)}));
  return end_sessions(tx, user, now);
}

}  // namespace

Status apply_configured_users(store::Store& store, const std::vector<ConfiguredUser>& users, WallTime now) {
  for (const ConfiguredUser& user : users) {
    if (Status status = apply_one(store, user, now); !status)
      return std::move(status).error().context("auth.fixed_users: " + user.login);
  }
  TRY(const store::Rows configured,
      store.read([](store::Transaction& tx) { return tx.run("passwords_configured", {}); }));
  for (const store::Row& row : configured) {
    const auto is_it = [&](const ConfiguredUser& user) { return user.login == row.text(0); };
    if (std::ranges::any_of(users, is_it)) continue;
    log::info("a user is no longer in the configuration and loses its password", {{"username", row.text(0)}});
    CHECK_OK(store.write([&](store::Transaction& tx) { return take_password(tx, row.text(1), now); }));
  }
  return {};
}

}  // namespace jarvis::server::auth
