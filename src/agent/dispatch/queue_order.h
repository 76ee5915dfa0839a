// In which order the queues are asked: always from the first (priority), or each in turn.
#pragma once

#include "agent/dispatch/claim.h"

namespace jarvis::agent {

enum class QueuePolicy : std::uint8_t { priority, round_robin };

/// One thread.
class QueueOrder {
 public:
  QueueOrder(std::vector<QueueName> queues, QueuePolicy policy) : queues_(std::move(queues)), policy_(policy) {}

  const std::vector<QueueName>& now() const { return queues_; }
  /// A task came from this queue: in turn means that the one after it is next.
  void took(const std::string& queue);

 private:
  std::vector<QueueName> queues_;
  QueuePolicy policy_;
};

}  // namespace jarvis::agent
