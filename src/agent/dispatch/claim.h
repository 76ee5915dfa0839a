// Asks the server for the next task of the worker's queues, in their order.
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
  Claimer(CallApi call, std::vector<QueueName> queues, std::string worker, ServerInfo server)
      : call_(std::move(call)), queues_(std::move(queues)), worker_(std::move(worker)), server_(std::move(server)) {}

  /// With a long poll: waits on the server up to `wait`. Without: each queue once, highest priority first, and the
  /// caller pauses. Errors: those of Session::call.
  Result<std::optional<Claim>> next(std::chrono::seconds wait, const std::function<bool()>& is_cancelled) const;
  bool waits() const { return server_.has_long_poll; }

 private:
  CallApi call_;
  std::vector<QueueName> queues_;
  std::string worker_;
  ServerInfo server_;
};

}  // namespace jarvis::agent
