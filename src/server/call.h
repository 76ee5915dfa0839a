// A request as a handler sees it, and the reply it gives. No headers, no sockets: server/http/ makes a Call from bytes
// and bytes from a Reply.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "server/api_error.h"

namespace jarvis::server {

enum class Role : std::uint8_t { guest, annotator, user, superuser, admin, root, system };
std::string_view to_string(Role role);
std::optional<Role> role_from(std::string_view text);

/// "Run `epoch` of this task": carried by an agent's header X-Jarvis-Lease or by a job's token. Writes to that task are
/// refused with api::stale_lease when a newer epoch was handed out.
struct LeaseClaim {
  TaskId task;
  std::int64_t epoch = 0;
};

struct Identity {
  UserId user;
  CompanyId company;
  Role role = Role::guest;
  std::string user_name;
  std::string company_name;
  std::string session_id;  // empty for Basic
  std::optional<LeaseClaim> lease;
  std::optional<WallTime> key_expires;  // of the API key by which the caller came in: nothing made with it lasts longer
};

struct ApiVersion {
  int major = 0;
  int minor = 0;
  auto operator<=>(const ApiVersion&) const = default;
};
inline constexpr ApiVersion kNewestApi{2, 31};

struct Call {
  std::string endpoint;             // "tasks.get_by_id"
  ApiVersion version = kNewestApi;  // what the client asked for; the newest when it did not say
  Identity identity;                // of the caller, or of the one impersonated
  json::object body;                // validated against the endpoint's schema
  std::string raw_body;             // json-lines batches only (endpoints with Body::lines)
  std::string peer;                 // the client's IP
  std::string worker;               // X-ClearML-Worker
  std::string client;               // X-ClearML-Client or -Agent
  std::string trx;                  // request id, also in every log line of this request
};

struct Cookie {
  std::string name, value;
  std::chrono::seconds max_age{0};  // 0: delete it
};

/// A reply that is no envelope but a file for the browser to keep.
struct FileReply {
  std::string content_type, name, body;
};

/// What goes under "data". Either a value, or JSON text as the store holds it, which is sent without being parsed.
struct Reply {
  json::object data;
  std::string raw_data;            // used when not empty
  std::optional<FileReply> saved;  // instead of both
  std::vector<Cookie> cookies;

  Reply() = default;
  Reply(json::object object) : data(std::move(object)) {}  // NOLINT: return json::object{...} from a handler
  static Reply raw(std::string text) {
    Reply reply;
    reply.raw_data = std::move(text);
    return reply;
  }
  static Reply file(std::string content_type, std::string name, std::string body) {
    Reply reply;
    reply.saved = FileReply{std::move(content_type), std::move(name), std::move(body)};
    return reply;
  }
};

/// A reply that comes later: a wake-up or the deadline completes it; when the peer closes, is_cancelled() turns true
/// and on_cancel runs. complete() may be called from any thread, once; later calls are ignored. Thread-safe.
class ParkedReply {
 public:
  virtual ~ParkedReply() = default;
  virtual void complete(ApiResult<Reply> reply) = 0;
  virtual bool is_cancelled() const = 0;
  /// Called at most once, on an I/O thread, if the peer goes away before complete(). Set before returning from the
  /// handler.
  virtual void on_cancel(std::function<void()> callback) = 0;
};

}  // namespace jarvis::server
