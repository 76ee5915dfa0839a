// An endpoint is a row: name, since which version, who may call it, how its handler runs. Each service's file ends with
// its rows. A row without an access rule does not compile.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <variant>

#include "server/call.h"
#include "server/store/store.h"

namespace jarvis::server {

struct Services;  // services.h

enum class Access : std::uint8_t {
  everyone,   // without any credentials; see protocol.md 2 for the few
  signed_in,  // any role but guest and annotator for what changes something: those two only read
  admin,      // admin, root, system
  system,     // root, system
};

enum class Body : std::uint8_t {
  object,  // one JSON object, validated: Call::body
  lines,   // application/json-lines or one object: Call::raw_body, the handler validates each line
};

/// Runs on an I/O thread over a read snapshot; must take well under a millisecond or two.
using ReadHandler = ApiResult<Reply> (*)(Services&, store::Transaction&, const Call&);
/// Runs on the store's writer in a transaction of its own; the reply is sent after the commit is on disk. An error
/// rolls back all that it wrote.
using WriteHandler = ApiResult<Reply> (*)(Services&, store::Transaction&, const Call&);
/// Runs on the pool and may wait (argon2, big exports). Opens its own transactions.
using PoolHandler = ApiResult<Reply> (*)(Services&, const Call&);
/// Returns at once; completes the parked reply later. Runs on an I/O thread.
using ParkHandler = void (*)(Services&, std::shared_ptr<const Call>, std::shared_ptr<ParkedReply>);

struct Read {
  ReadHandler handler;
};
struct Write {
  WriteHandler handler;
};
/// Whether a handler that opens its own transactions changes anything: those who only read call no other.
enum class Effect : std::uint8_t { changes, reads };
struct Pool {
  PoolHandler handler;
  Effect effect = Effect::changes;
};
struct Park {
  ParkHandler handler;
};

struct Endpoint {
  std::string_view name;
  ApiVersion since;
  Access access;
  std::variant<Read, Write, Pool, Park> run;
  Body body = Body::object;

  Endpoint(std::string_view n, ApiVersion s, Access a, std::variant<Read, Write, Pool, Park> r, Body b = Body::object)
      : name(n), since(s), access(a), run(r), body(b) {}
};

// One function a service, at the end of its file; services/table.cc joins them.
std::span<const Endpoint> auth_endpoints();
std::span<const Endpoint> debug_endpoints();
std::span<const Endpoint> events_endpoints();
std::span<const Endpoint> login_endpoints();
std::span<const Endpoint> models_endpoints();
std::span<const Endpoint> organization_endpoints();
std::span<const Endpoint> pipelines_endpoints();
std::span<const Endpoint> projects_endpoints();
std::span<const Endpoint> queues_endpoints();
std::span<const Endpoint> reports_endpoints();
std::span<const Endpoint> server_endpoints();
std::span<const Endpoint> serving_endpoints();
std::span<const Endpoint> tasks_endpoints();
std::span<const Endpoint> users_endpoints();
std::span<const Endpoint> workers_endpoints();

}  // namespace jarvis::server
