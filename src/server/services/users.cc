// The users service: who I am, who else is there, what they prefer.
#include <array>

#include "server/auth/accounts.h"
#include "server/auth/authority.h"
#include "server/domain/entity_lists.h"
#include "server/endpoint.h"
#include "server/services.h"
#include "server/services/auth_users.h"
#include "server/store/documents.h"

namespace jarvis::server {
namespace {

ApiResult<json::object> load_user(store::Transaction& tx, const Call& call, std::string_view id) {
  TRY(auto user, store::get(tx, store::Kind::user, id));
  if (!user || get_string_or(*user, "company", "") != call.identity.company.str())
    return ApiError(api::invalid_user_id, std::string(id));
  return std::move(*user);
}

// Preferences are the user's own: nobody else reads them.
json::object public_part(json::object user) {
  user.erase("preferences");
  return user;
}

ApiResult<Reply> get_current_user(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object user, load_user(tx, call, call.identity.user.str()));
  user["company"] = {{"id", call.identity.company.str()}, {"name", call.identity.company_name}};
  user["role"] = to_string(call.identity.role);
  TRY(const std::string login, auth::login_of(tx, call.identity.user.str()));
  if (!login.empty()) user["username"] = login;
  return json::object{
      {"user", public_part(std::move(user))}, {"getting_started", nullptr}, {"settings", json::object()}};
}

ApiResult<Reply> get_by_id(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object user, load_user(tx, call, get_string_or(call.body, "user", "")));
  return json::object{{"user", public_part(std::move(user))}};
}

// Who keeps the accounts has to know by which name each signs in, and whose password is the configuration's.
Status add_logins(store::Transaction& tx, json::array& users) {
  TRY(const auto logins, auth::logins(tx));
  for (json::value& user : users) {
    const auto login = logins.find(get_string_or(user.as_object(), "id", ""));
    if (login == logins.end()) continue;
    user.as_object()["username"] = login->second.name;
    if (login->second.is_configured) user.as_object()["password_is_configured"] = true;
  }
  return {};
}

template <domain::References References>
ApiResult<Reply> list(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object reply, domain::list_reply(tx, call, domain::kUserLists, store::Kind::user, "users", References));
  for (json::value& user : reply["users"].as_array())
    user.as_object().erase("preferences");
  if (call.identity.role >= Role::admin && !call.body.contains("only_fields"))
    CHECK_OK(add_logins(tx, reply["users"].as_array()));
  return reply;
}

ApiResult<Reply> update(Services& services, store::Transaction& tx, const Call& call) {
  const std::string id = get_string_or(call.body, "user", "");
  if (id != call.identity.user.str() && call.identity.role < Role::admin)
    return ApiError(api::forbidden_role, "only an administrator changes other users");
  TRY(json::object user, load_user(tx, call, id));
  json::object fields;
  for (const char* key : {"name", "given_name", "family_name"}) {
    if (const auto value = get_string(call.body, key)) fields[key] = user[key] = *value;
  }
  if (fields.empty()) return json::object{{"updated", 0}, {"fields", std::move(fields)}};
  CHECK_OK(store::put(tx, store::Kind::user, user));
  tx.on_commit([&authority = services.authority] { authority.forget_cached(); });
  return json::object{{"updated", 1}, {"fields", std::move(fields)}};
}

ApiResult<Reply> get_preferences(Services&, store::Transaction& tx, const Call& call) {
  TRY(const json::object user, load_user(tx, call, call.identity.user.str()));
  const json::object* preferences = get_object(user, "preferences");
  return json::object{{"preferences", preferences == nullptr ? json::object() : *preferences}};
}

void merge(json::object& into, const json::object& from) {
  for (const auto& [key, value] : from) {
    if (value.is_object() && into.contains(key) && into.at(key).is_object()) {
      merge(into.at(key).get_object(), value.get_object());
    } else {
      into[key] = value;
    }
  }
}

ApiResult<Reply> set_preferences(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object user, load_user(tx, call, call.identity.user.str()));
  merge(ensure_object(user, "preferences"), *get_object(call.body, "preferences"));
  CHECK_OK(store::put(tx, store::Kind::user, user));
  return json::object{{"updated", 1}};
}

}  // namespace

std::span<const Endpoint> users_endpoints() {
  static const std::array rows{
      Endpoint{"users.get_current_user", {1, 0}, Access::signed_in, Read{get_current_user}},
      Endpoint{"users.get_by_id", {1, 0}, Access::signed_in, Read{get_by_id}},
      Endpoint{"users.get_all", {1, 0}, Access::signed_in, Read{list<domain::References::ids>}},
      Endpoint{"users.get_all_ex", {2, 8}, Access::signed_in, Read{list<domain::References::objects>}},
      Endpoint{"users.update", {1, 0}, Access::signed_in, Write{update}},
      Endpoint{"users.delete", {1, 0}, Access::system, Write{auth_users::erase}},
      Endpoint{"users.get_preferences", {1, 0}, Access::signed_in, Read{get_preferences}},
      Endpoint{"users.set_preferences", {1, 0}, Access::signed_in, Write{set_preferences}},
  };
  return rows;
}

}  // namespace jarvis::server
