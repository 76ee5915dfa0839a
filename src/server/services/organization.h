// The handlers of the organization service that have files of their own. The rows are in organization.cc.
#pragma once

#include "server/endpoint.h"
#include "server/services.h"

namespace jarvis::server::organization {

// organization_download.cc
ApiResult<Reply> prepare_download_for_get_all(Services& services, store::Transaction& tx, const Call& call);
ApiResult<Reply> download_for_get_all(Services& services, const Call& call);
// organization_workloads.cc
ApiResult<Reply> get_project_workloads(Services& services, const Call& call);
// organization_storage.cc
ApiResult<Reply> get_storage_usage(Services& services, const Call& call);
// organization_deletion.cc
ApiResult<Reply> get_deletion_status(Services& services, store::Transaction& tx, const Call& call);

}  // namespace jarvis::server::organization
