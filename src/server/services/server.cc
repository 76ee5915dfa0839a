// server.*: what this server is and can do beyond the wire's common ground.
#include <array>

#include "server/auth/accounts.h"
#include "server/endpoint.h"
#include "server/services.h"

namespace jarvis::server {
namespace {

// The extensions are what an agent may use; a client that finds none falls back to polling.
ApiResult<Reply> info(Services& services, store::Transaction&, const Call&) {
  return json::object{{"version", JARVIS_VERSION},
                      {"build", "1"},
                      {"api_version", std::to_string(kNewestApi.major) + "." + std::to_string(kNewestApi.minor)},
                      {"uid", services.server_id},
                      {"server_time", to_iso(services.clock.wall())},
                      {"extensions",
                       {{"long_poll", true},
                        {"leases", true},
                        {"log_sequence", true},
                        {"waiting_status", true},
                        {"stream", true},
                        {"storage_usage", true}}}};
}

ApiResult<Reply> config(Services&, store::Transaction& tx, const Call&) {
  TRY(const bool has_passwords, auth::has_passwords(tx));
  return json::object{{"auth", {{"fixed_users", {{"enabled", has_passwords}}}}}};
}

// Nothing is ever reported to anybody: there is only one answer to give, and asking for another is refused.
ApiResult<Reply> report_stats_option(Services&, store::Transaction&, const Call& call) {
  if (get_bool_or(call.body, "enabled", false))
    return ApiError(api::validation_error, "enabled: this server has no usage reports");
  return json::object{{"supported", false}, {"enabled", false}};
}

}  // namespace

std::span<const Endpoint> server_endpoints() {
  static const std::array rows{
      Endpoint{"server.info", {1, 0}, Access::everyone, Read{info}},
      Endpoint{"server.config", {1, 0}, Access::admin, Read{config}},
      Endpoint{"server.report_stats_option", {1, 0}, Access::signed_in, Read{report_stats_option}},
  };
  return rows;
}

}  // namespace jarvis::server
