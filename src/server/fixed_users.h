// auth.fixed_users of the configuration file: users who are there because the file says so.
#pragma once

#include <vector>

#include "config/settings.h"
#include "server/auth/accounts.h"

namespace jarvis::server {

/// Empty unless auth.fixed_users.enabled. Errors: invalid_argument "server.conf:12: ...".
Result<std::vector<auth::ConfiguredUser>> fixed_users(const config::Settings& settings);

}  // namespace jarvis::server
