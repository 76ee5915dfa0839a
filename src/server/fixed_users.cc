#include "server/fixed_users.h"

#include "server/auth/password.h"

namespace jarvis::server {
namespace {

Error wrong(const config::Node& where, const std::string& what) {
  return invalid_argument(where.origin.text() + ": auth.fixed_users: " + what);
}

std::string text_of(const config::Node& user, std::string_view key) {
  const config::NodePtr field = user.field(key);
  return field == nullptr ? std::string() : field->text;
}

Result<auth::ConfiguredUser> user_from(const config::Node& node) {
  auth::ConfiguredUser out{.login = text_of(node, "username"),
                           .name = text_of(node, "name"),
                           .password = text_of(node, "password"),
                           .role = Role::user};
  if (out.login.empty()) return wrong(node, "a user has no username");
  if (out.password.empty()) return wrong(node, out.login + " has no password");
  if (const std::string name = text_of(node, "role"); !name.empty()) {
    const auto role = auth::role_to_give(name);
    if (!role) return wrong(node, "role '" + name + "' of " + out.login + " is not " + auth::roles_to_give());
    out.role = *role;
  }
  return out;
}

}  // namespace

Result<std::vector<auth::ConfiguredUser>> fixed_users(const config::Settings& settings) {
  std::vector<auth::ConfiguredUser> out;
  const config::NodePtr all = settings.file().find("auth.fixed_users");
  if (all == nullptr) return out;
  const config::NodePtr enabled = all->field("enabled");
  if (enabled == nullptr || (enabled->text != "true" && enabled->text != "yes" && enabled->text != "on")) return out;
  const config::NodePtr hashed = all->field("pass_hashed");
  const config::NodePtr users = all->field("users");
  if (users == nullptr || users->kind != config::Node::Kind::list)
    return wrong(*all, "users: expected a list of {username, password, name, role}");
  for (const config::NodePtr& node : users->items) {
    TRY(auth::ConfiguredUser user, user_from(*node));
    if (hashed != nullptr && hashed->text == "true" && !auth::is_password_hash(user.password))
      return wrong(*node, "pass_hashed is set, and the password of " + user.login + " is no argon2id hash");
    out.push_back(std::move(user));
  }
  return out;
}

}  // namespace jarvis::server
