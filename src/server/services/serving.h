// The handlers of the serving service; the rows that name them are in serving.cc.
#pragma once

#include "server/endpoint.h"
#include "server/services.h"

namespace jarvis::server::serving {

#define JV_HANDLER(name) ApiResult<Reply> name(Services& services, store::Transaction& tx, const Call& call)

// serving.cc
JV_HANDLER(register_container);
JV_HANDLER(unregister_container);
JV_HANDLER(container_status_report);
// serving_read.cc
JV_HANDLER(get_endpoints);
JV_HANDLER(get_loading_instances);
JV_HANDLER(get_endpoint_details);

#undef JV_HANDLER

/// On the pool: a month of reports takes a while to read.
ApiResult<Reply> get_endpoint_metrics_history(Services& services, const Call& call);

}  // namespace jarvis::server::serving
