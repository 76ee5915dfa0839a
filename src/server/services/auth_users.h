// Handlers of auth_users.cc, for the tables of the services auth and users.
#pragma once

#include "server/auth/authority.h"
#include "server/endpoint.h"

namespace jarvis::server::auth_users {

ApiResult<Reply> create(Services& services, const Call& call);
ApiResult<Reply> edit(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> set_password(Services& services, const Call& call);
ApiResult<Reply> end_sessions(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> erase(Services& services, store::Transaction& tx, const Call& call);

}  // namespace jarvis::server::auth_users
