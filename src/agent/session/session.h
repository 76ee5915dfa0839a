// The agent's side of the API: login and renewal, calls and their errors. Also against a server without our extensions.
// One thread at a time: each thread of a job has a session of its own.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "agent/session/http_client.h"
#include "base/clock.h"
#include "base/json.h"

namespace jarvis::agent {

/// The run that a call belongs to; see X-Jarvis-Lease.
struct JobLease {
  std::string task;
  std::int64_t epoch = 0;
};

/// What a session logs in with.
struct ApiKeys {
  std::string access_key, secret_key;
  std::string token;  // instead of keys

  bool operator==(const ApiKeys&) const = default;
};

struct SessionOptions {
  std::string api_server;  // without a trailing slash
  ApiKeys keys;
  std::function<ApiKeys()> newest_keys;  // asked when the server refuses those at hand; none: they stay
  std::string worker;
  HttpClient::Options http;
  std::optional<JobLease> lease;  // sent with every call
};

/// What the server offers beyond the common wire.
struct ServerInfo {
  std::string version;
  bool has_long_poll = false;
  bool has_leases = false;
  bool has_log_sequence = false;
};

struct CallOptions {
  std::chrono::milliseconds timeout = std::chrono::seconds(60);
  std::string content_type = "application/json";
  std::stop_token stop;
};

class Session {
 public:
  Session(SessionOptions options, const Clock& clock);

  /// "tasks.started" with its body; the answer's data. Logs in when needed, once more after a 401. Errors:
  /// unauthorized, conflict (this run was replaced: 400/190), not_found (unknown endpoint), invalid_argument (refused:
  /// the server's own words), unavailable, timeout, cancelled.
  Result<json::object> call(std::string_view action, const json::object& body, const CallOptions& options = {});
  /// The same with a body that is ready (json-lines).
  Result<json::object> call_text(std::string_view action, std::string body, const CallOptions& options = {});

  /// Without login. A server that has no such endpoint is one without extensions.
  Result<ServerInfo> server_info();
  /// A token for the task's process, bound to this run when there is a lease.
  Result<std::string> job_token();
  Status login();

  const SessionOptions& options() const { return options_; }

 private:
  Result<json::object> log_in(const json::object& body);
  std::string credentials() const;
  Result<json::object> exchange(const std::string& path, std::string body, const std::string& authorization,
                                const CallOptions& options);

  SessionOptions options_;
  const Clock& clock_;
  HttpClient http_;
  std::string token_;
  WallTime token_expires_;
};

/// It may succeed when simply tried again.
bool is_away(const Error& error);
/// The server is away, or it refuses the keys: who runs the agent may write others into its settings.
bool is_worth_waiting(const Error& error);

/// Tries again while the error passes, with growing pauses, for at most `budget`; stops when asked to.
/// `on_retry` hears of the first failure and then each minute.
Result<json::object> with_retries(const Clock& clock, std::chrono::milliseconds budget, const std::stop_token& stop,
                                  const std::function<Result<json::object>()>& attempt,
                                  const std::function<void(const Error&)>& on_retry = {},
                                  bool (*passes)(const Error&) = is_away);

}  // namespace jarvis::agent
