// The handlers of the workers service; the rows that name them are in workers.cc.
#pragma once

#include "server/endpoint.h"
#include "server/services.h"

namespace jarvis::server::workers {

// All on the pool: ten thousand workers, or a month of their reports, take a while to read.
// workers_read.cc
ApiResult<Reply> get_all(Services& services, const Call& call);
ApiResult<Reply> get_count(Services& services, const Call& call);
// workers_stats.cc
ApiResult<Reply> get_stats(Services& services, const Call& call);
ApiResult<Reply> get_metric_keys(Services& services, const Call& call);
ApiResult<Reply> get_activity_report(Services& services, const Call& call);

}  // namespace jarvis::server::workers
