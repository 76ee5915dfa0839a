#include "server/services/rows.h"

#include "base/assert.h"
#include "server/services.h"
#include "server/services/table.h"

namespace jarvis::server {

ApiResult<Reply> run_row(Services& services, const Call& call) {
  static const std::vector<Endpoint> rows = all_endpoints();
  const Endpoint* newest = nullptr;
  for (const Endpoint& row : rows) {
    if (row.name == call.endpoint && (newest == nullptr || newest->since < row.since)) newest = &row;
  }
  JV_ASSERT(newest != nullptr);
  if (const auto* read = std::get_if<Read>(&newest->run))
    return services.store.read([&](store::Transaction& tx) { return read->handler(services, tx, call); });
  const auto* pool = std::get_if<Pool>(&newest->run);
  JV_ASSERT(pool != nullptr);
  return pool->handler(services, call);
}

}  // namespace jarvis::server
