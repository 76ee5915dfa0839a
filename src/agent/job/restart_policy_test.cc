// When a service is started again, as a table.
#include "agent/job/restart_policy.h"

#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

const Outcome kFailed = Outcome::failed({.code = 1});

RestartPolicy policy(const std::string& text) {
  return RestartPolicy::parse(text).value();
}

TEST(RestartPolicy, says_after_which_ends_a_service_is_started_again) {
  EXPECT_FALSE(policy("").restarts_after(kFailed, 0));
  EXPECT_FALSE(policy("no").restarts_after(kFailed, 0));
  EXPECT_TRUE(policy("on-failure").restarts_after(kFailed, 100));
  EXPECT_FALSE(policy("on-failure").restarts_after(Outcome::completed(), 0));
  EXPECT_TRUE(policy("on-failure:2").restarts_after(Outcome::out_of_memory(), 1));
  EXPECT_FALSE(policy("on-failure:2").restarts_after(kFailed, 2));
  EXPECT_TRUE(policy("always").restarts_after(Outcome::completed(), 7));
  EXPECT_TRUE(policy("unless-stopped").restarts_after(Outcome::completed(), 7));
  EXPECT_TRUE(policy("always").restarts_after(Outcome::lost_container("a restart of docker"), 0));
  for (const Outcome& stopped : {Outcome::aborted_by_user(), Outcome::drained(), Outcome::replaced()})
    EXPECT_FALSE(policy("always").restarts_after(stopped, 0));
}

TEST(RestartPolicy, may_be_for_some_tasks_only) {
  const json::object task{{"container", json::object{{"image", "a:1"}}}, {"type", "service"}};

  EXPECT_FALSE(policy("always;type").of(task).is_never());
  EXPECT_FALSE(policy("always;container.image=a:1").of(task).is_never());
  EXPECT_TRUE(policy("always;container.image=b").of(task).is_never());
  EXPECT_TRUE(policy("always;container.setup").of(task).is_never());
  EXPECT_TRUE(policy("always;type.deeper").of(task).is_never());
}

TEST(RestartPolicy, what_is_none_is_refused) {
  for (const char* text : {"sometimes", "on-failure:", "on-failure:0", "on-failure:x", "on-failure3", "always;"})
    EXPECT_FALSE(RestartPolicy::parse(text)) << text;
}

TEST(RestartPolicy, waits_longer_each_time_but_never_long) {
  EXPECT_EQ(RestartPolicy::pause_before(0), std::chrono::seconds(1));
  EXPECT_EQ(RestartPolicy::pause_before(3), std::chrono::seconds(8));
  EXPECT_EQ(RestartPolicy::pause_before(1000), std::chrono::seconds(60));
}

}  // namespace
}  // namespace jarvis::agent
