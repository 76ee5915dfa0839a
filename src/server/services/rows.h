// One endpoint's answer for another: a call made of others asks their rows, so that what they say stays in one place.
#pragma once

#include "server/endpoint.h"

namespace jarvis::server {

/// Runs the newest row that `call.endpoint` names. Only for rows that read or run on the pool; call it from the pool,
/// outside of any transaction.
ApiResult<Reply> run_row(Services& services, const Call& call);

}  // namespace jarvis::server
