#include "server/call.h"

#include <array>
#include <utility>

namespace jarvis::server {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 7> kRoles{{
    {Role::guest, "guest"},
    {Role::annotator, "annotator"},
    {Role::user, "user"},
    {Role::superuser, "superuser"},
    {Role::admin, "admin"},
    {Role::root, "root"},
    {Role::system, "system"},
}};

}  // namespace

std::string_view to_string(Role role) {
  return kRoles[static_cast<std::size_t>(role)].second;
}

std::optional<Role> role_from(std::string_view text) {
  for (const auto& [role, name] : kRoles) {
    if (name == text) return role;
  }
  return std::nullopt;
}

}  // namespace jarvis::server
