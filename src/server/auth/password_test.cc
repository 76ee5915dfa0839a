#include "server/auth/password.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/limits.h"
#include "server/auth/attempt_limit.h"

namespace jarvis::server::auth {
namespace {

TEST(Password, is_known_by_its_hash_alone) {
  const std::string hash = hash_password("correct horse").value();

  EXPECT_TRUE(is_password_hash(hash));
  EXPECT_EQ(hash.find("horse"), std::string::npos);
  EXPECT_TRUE(verify_password(hash, "correct horse"));
  EXPECT_FALSE(verify_password(hash, "correct horsf"));
  EXPECT_FALSE(verify_password("", "correct horse"));
  EXPECT_NE(hash_password("correct horse").value(), hash) << "each has a salt of its own";
}

TEST(Password, has_bounds) {
  EXPECT_FALSE(hash_password("short"));
  EXPECT_FALSE(hash_password(std::string(limits::password_bytes_max + 1, 'x')));
  EXPECT_TRUE(hash_password(made_up_password()));
  EXPECT_NE(made_up_password(), made_up_password());
}

TEST(AttemptLimit, refuses_after_failures_and_forgets_them_with_time) {
  FakeClock clock;
  AttemptLimit attempts(clock);
  for (int i = 0; i < limits::login_failures_max; ++i)
    EXPECT_TRUE(attempts.may_try("ann", "10.0.0.1"));

  EXPECT_FALSE(attempts.may_try("ann", "10.0.0.2")) << "whoever asks";
  EXPECT_TRUE(attempts.may_try("bob", "10.0.0.1"));
  clock.advance(limits::login_failure_forgotten);
  EXPECT_TRUE(attempts.may_try("ann", "10.0.0.1"));
  EXPECT_FALSE(attempts.may_try("ann", "10.0.0.1"));
}

TEST(AttemptLimit, does_not_count_what_succeeded) {
  FakeClock clock;
  AttemptLimit attempts(clock);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(attempts.may_try("ann", "10.0.0.1"));
    attempts.succeeded("ann", "10.0.0.1");
  }
}

TEST(AttemptLimit, an_address_that_tries_many_names_is_refused_as_well) {
  FakeClock clock;
  AttemptLimit attempts(clock);
  int tried = 0;
  while (tried < 1000 && attempts.may_try("name " + std::to_string(tried), "10.0.0.1"))
    ++tried;

  EXPECT_EQ(tried, 4 * limits::login_failures_max);
  EXPECT_TRUE(attempts.may_try("name", "10.0.0.2"));
}

}  // namespace
}  // namespace jarvis::server::auth
