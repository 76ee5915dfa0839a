// Asks the server for the next task of some queues, in their order, and puts back what cannot be started.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/session/session.h"

namespace jarvis::agent {

struct QueueName {
  std::string id;
  std::string name;

  bool operator==(const QueueName&) const = default;
};

struct Claim {
  std::string task;
  std::string queue;
  std::int64_t epoch = 0;
  std::chrono::seconds confirm_within{30};
};

/// Session::call, or a test's stand-in.
using CallApi =
    std::function<Result<json::object>(std::string_view action, const json::object& body, const CallOptions& options)>;

class Claimer {
 public:
  Claimer(CallApi call, std::string worker, ServerInfo server)
      : call_(std::move(call)), worker_(std::move(worker)), server_(std::move(server)) {}

  /// With a long poll: waits on the server up to `wait`, or until `stop`. Without: each queue once, highest priority
  /// first, and the caller pauses; a stop counts between two questions only, because such a server has let go of a task
  /// by the time that it answers. Errors: those of Session::call.
  Result<std::optional<Claim>> next(const std::vector<QueueName>& queues, std::chrono::seconds wait,
                                    const std::stop_token& stop) const;
  bool waits() const { return server_.has_long_poll; }
  /// The task goes back to its place, so that another may have it at once.
  Status give_back(const Claim& claim) const;

 private:
  CallApi call_;
  std::string worker_;
  ServerInfo server_;
};

}  // namespace jarvis::agent
