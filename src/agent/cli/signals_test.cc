// When a signal means that somebody has no more patience.
#include "agent/cli/signals.h"

#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

using namespace std::chrono_literals;

TEST(Insistence, one_request_that_comes_twice_is_one) {
  FakeClock clock;
  Insistence insistence;

  EXPECT_FALSE(insistence.is_again(clock.steady()));
  clock.advance(1ms);
  EXPECT_FALSE(insistence.is_again(clock.steady()));
}

TEST(Insistence, who_asks_again_later_insists) {
  FakeClock clock;
  Insistence insistence;

  EXPECT_FALSE(insistence.is_again(clock.steady()));
  clock.advance(1s);
  EXPECT_TRUE(insistence.is_again(clock.steady()));
}

}  // namespace
}  // namespace jarvis::agent
