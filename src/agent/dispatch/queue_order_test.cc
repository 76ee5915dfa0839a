// Priority and round robin.
#include "agent/dispatch/queue_order.h"

#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

std::string ids(const QueueOrder& order) {
  std::string out;
  for (const QueueName& queue : order.now())
    out += queue.id;
  return out;
}

const std::vector<QueueName> kThree{{"a", ""}, {"b", ""}, {"c", ""}};

TEST(QueueOrder, by_priority_the_first_queue_is_always_asked_first) {
  QueueOrder order(kThree, QueuePolicy::priority);

  order.took("a");
  order.took("c");

  EXPECT_EQ(ids(order), "abc");
}

TEST(QueueOrder, in_turn_the_queue_after_the_one_that_gave_is_next) {
  QueueOrder order(kThree, QueuePolicy::round_robin);

  order.took("a");
  EXPECT_EQ(ids(order), "bca");
  order.took("c");  // b was empty
  EXPECT_EQ(ids(order), "abc");
  order.took("unknown");
  EXPECT_EQ(ids(order), "abc");
}

}  // namespace
}  // namespace jarvis::agent
