// debug.ping: is anyone there?
#include <array>

#include "server/endpoint.h"
#include "server/services.h"

namespace jarvis::server {
namespace {

ApiResult<Reply> ping(Services&, store::Transaction&, const Call& call) {
  json::object answer = call.body;
  answer["msg"] = "The JARVIS server is alive";
  return answer;
}

}  // namespace

std::span<const Endpoint> debug_endpoints() {
  static const std::array rows{Endpoint{"debug.ping", {1, 0}, Access::everyone, Read{ping}}};
  return rows;
}

}  // namespace jarvis::server
