#include "agent/dispatch/queue_order.h"

#include <algorithm>

namespace jarvis::agent {

void QueueOrder::took(const std::string& queue) {
  if (policy_ == QueuePolicy::priority) return;
  const auto taken = std::ranges::find(queues_, queue, &QueueName::id);
  if (taken != queues_.end()) std::rotate(queues_.begin(), std::next(taken), queues_.end());
}

}  // namespace jarvis::agent
