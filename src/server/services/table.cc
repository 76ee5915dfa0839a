#include "server/services/table.h"

#include <algorithm>

namespace jarvis::server {

std::vector<Endpoint> all_endpoints() {
  std::vector<Endpoint> all;
  for (const auto rows :
       {auth_endpoints(), debug_endpoints(), events_endpoints(), login_endpoints(), models_endpoints(),
        organization_endpoints(), pipelines_endpoints(), projects_endpoints(), queues_endpoints(), reports_endpoints(),
        server_endpoints(), serving_endpoints(), tasks_endpoints(), users_endpoints(), workers_endpoints()}) {
    std::copy(rows.begin(), rows.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace jarvis::server
