// How long a script that has something to do before it is aborted may go on.
#include "agent/job/abort_wait.h"

#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

using std::chrono::seconds;

constexpr SteadyTime at(int second) {
  return SteadyTime{} + seconds(1000 + second);
}

TEST(AbortWait, is_none_for_a_script_that_registered_no_callback) {
  AbortWait wait(seconds(1800));

  EXPECT_FALSE(wait.goes_on({}, at(0)));
  EXPECT_FALSE(wait.goes_on({{"_abort_callback_timeout", "0"}}, at(0)));
  EXPECT_FALSE(wait.has_begun());
}

TEST(AbortWait, ends_when_the_callback_is_done) {
  json::object runtime{{"_abort_callback_timeout", 300.0}, {"_abort_poll_freq", 5}, {"_abort_callback_completed", ""}};
  AbortWait wait(seconds(1800));

  EXPECT_TRUE(wait.goes_on(runtime, at(0)));
  EXPECT_TRUE(wait.goes_on(runtime, at(299)));
  runtime["_abort_callback_completed"] = 1;
  EXPECT_FALSE(wait.goes_on(runtime, at(300)));
}

TEST(AbortWait, ends_with_the_time_that_the_script_asked_for_or_the_owner_allows) {
  const json::object runtime{{"_abort_callback_timeout", "20"}, {"_abort_poll_freq", "5"}};
  AbortWait wait(seconds(1800)), brief(seconds(10));

  EXPECT_TRUE(wait.goes_on(runtime, at(0)) && brief.goes_on(runtime, at(0)));

  EXPECT_TRUE(wait.goes_on(runtime, at(24)));
  EXPECT_FALSE(wait.goes_on(runtime, at(25)));
  EXPECT_TRUE(brief.goes_on(runtime, at(9)));
  EXPECT_FALSE(brief.goes_on(runtime, at(10)));
}

TEST(AbortWait, knows_what_the_sdk_and_the_stock_agent_write_when_a_callback_is_done) {
  EXPECT_TRUE(is_callback_done({{"_abort_callback_completed", 1}}));
  EXPECT_TRUE(is_callback_done({{"_abort_callback_completed", "1"}}));
  EXPECT_FALSE(is_callback_done({{"_abort_callback_completed", ""}}));
  EXPECT_FALSE(is_callback_done({}));
}

}  // namespace
}  // namespace jarvis::agent
