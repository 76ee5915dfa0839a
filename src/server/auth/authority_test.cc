#include "server/auth/authority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "proc/files.h"
#include "server/store/documents.h"
#include "server/store/store_fixture.h"

namespace jarvis::server::auth {
namespace {

class AuthorityTest : public testing::Test {
 protected:
  AuthorityTest()
      : dir_(proc::TempDir::make("/tmp", "jarvis-auth-").value()),
        store_(store::chosen_store_kind().open(dir_.path())),
        authority_(Authority::open(*store_, clock_, dir_.path() / "secrets").value()) {
    pair_ = store_
                ->write([&](store::Transaction& tx) -> Result<KeyPair> {
                  CHECK_OK(store::put(tx, store::Kind::company, {{"id", "c"}, {"name", "Company"}}));
                  CHECK_OK(store::put(tx, store::Kind::user,
                                      {{"id", "u"}, {"company", "c"}, {"name", "Ann"}, {"role", "admin"}}));
                  return authority_->create_key(tx, UserId("u"), {.label = "first"});
                })
                .value();
  }
  std::string basic(const std::string& secret) { return "Basic " + base64_encode(pair_.access_key + ":" + secret); }
  ApiCode refusal(std::string_view header) {
    const auto identity = authority_->authenticate(header, "", "10.0.0.1");
    return identity ? ApiCode{200, 0, ""} : identity.error().code();
  }

  FakeClock clock_;
  proc::TempDir dir_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Authority> authority_;
  KeyPair pair_;
};

TEST_F(AuthorityTest, a_key_pair_names_its_user) {
  const auto identity = authority_->authenticate(basic(pair_.secret_key), "", "10.0.0.1");

  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->user, UserId("u"));
  EXPECT_EQ(identity->role, Role::admin);
  EXPECT_EQ(identity->company_name, "Company");
}

TEST_F(AuthorityTest, every_way_to_be_wrong_has_its_subcode) {
  EXPECT_EQ(refusal("").subcode, 20);
  EXPECT_EQ(refusal("Digest x").subcode, 10);
  EXPECT_EQ(refusal("Basic ###").subcode, 21);
  EXPECT_EQ(refusal(basic("wrong")).subcode, 22);
  EXPECT_EQ(refusal("Bearer nonsense").subcode, 30);
}

TEST_F(AuthorityTest, the_secret_is_nowhere_in_the_database) {
  store_->close();
  for (const auto& file : std::filesystem::directory_iterator(dir_.path())) {
    if (!file.is_regular_file()) continue;
    EXPECT_EQ(proc::read_file(file.path()).value().find(pair_.secret_key), std::string::npos) << file.path();
  }
}

TEST_F(AuthorityTest, a_token_ends_with_its_life) {
  Identity identity = authority_->authenticate(basic(pair_.secret_key), "", "10.0.0.1").value();
  identity.lease = LeaseClaim{TaskId("t"), 3};
  const std::string token = authority_->issue(identity, std::chrono::hours(1));

  EXPECT_EQ(authority_->identity_from_token(token).value().lease->epoch, 3);
  clock_.advance(std::chrono::hours(2));
  EXPECT_FALSE(authority_->identity_from_token(token));
}

TEST_F(AuthorityTest, a_forged_or_unsigned_token_is_refused) {
  const std::string token = authority_->issue(authority_->authenticate(basic(pair_.secret_key), "", "10.0.0.1").value(),
                                              std::chrono::hours(1));
  const std::string body = token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1);

  EXPECT_FALSE(authority_->identity_from_token(base64url_encode(R"({"alg":"none","typ":"JWT"})") + "." + body + "."));
  EXPECT_FALSE(authority_->identity_from_token(token.substr(0, token.size() - 2)));
  EXPECT_FALSE(verify(token, "another key", clock_.wall()));
}

TEST_F(AuthorityTest, a_revoked_session_stays_revoked_after_a_restart) {
  const std::string token = authority_->issue(authority_->authenticate(basic(pair_.secret_key), "", "10.0.0.1").value(),
                                              std::chrono::hours(1));
  const std::string session = authority_->identity_from_token(token).value().session_id;

  ASSERT_TRUE(store_->write([&](store::Transaction& tx) { return authority_->revoke(tx, session); }));

  EXPECT_FALSE(authority_->identity_from_token(token));
  const auto restarted = Authority::open(*store_, clock_, dir_.path() / "secrets").value();
  EXPECT_FALSE(restarted->identity_from_token(token));
}

TEST_F(AuthorityTest, a_key_remembers_its_last_use_and_is_not_written_with_every_call) {
  const auto last_use = [&] {
    return store_->read([&](store::Transaction& tx) { return authority_->keys_of(tx, UserId("u")); }).value().front();
  };
  // Written beside the call, so it comes a moment later.
  const auto comes_from = [&](std::string_view peer) {
    int looks = 0;
    while (last_use().last_used_from != peer && looks < 10'000)
      ++looks;
    return last_use().last_used_from == peer;
  };
  EXPECT_FALSE(last_use().last_used);

  const WallTime first = clock_.wall();
  ASSERT_TRUE(authority_->authenticate(basic(pair_.secret_key), "", "10.0.0.1"));
  clock_.advance(std::chrono::seconds(59));
  ASSERT_TRUE(authority_->authenticate(basic(pair_.secret_key), "", "10.0.0.2"));
  EXPECT_TRUE(comes_from("10.0.0.1"));
  EXPECT_EQ(last_use().last_used, first);

  clock_.advance(std::chrono::seconds(1));
  ASSERT_TRUE(authority_->authenticate(basic(pair_.secret_key), "", "10.0.0.2"));
  EXPECT_TRUE(comes_from("10.0.0.2"));
  EXPECT_FALSE(authority_->authenticate(basic("wrong"), "", "10.0.0.3"));
  EXPECT_EQ(last_use().last_used_from, "10.0.0.2");
}

TEST_F(AuthorityTest, a_key_ends_by_itself_and_what_was_made_with_it_ends_too) {
  const WallTime end = clock_.wall() + std::chrono::hours(1);
  pair_ = store_
              ->write([&](store::Transaction& tx) {
                return authority_->create_key(tx, UserId("u"), {.label = "short", .expires = end});
              })
              .value();
  const Identity identity = authority_->authenticate(basic(pair_.secret_key), "", "10.0.0.1").value();
  const std::string token = authority_->issue(identity, std::chrono::days(30));
  const std::string again = authority_->issue(authority_->identity_from_token(token).value(), std::chrono::days(30));
  const auto others = authority_->issue(authority_->identity_from_token(token).value(), std::chrono::minutes(1));

  EXPECT_EQ(authority_->life_of(identity, std::chrono::days(30)), std::chrono::hours(1));
  clock_.advance(std::chrono::minutes(59));
  EXPECT_TRUE(authority_->identity_from_token(again));
  EXPECT_FALSE(authority_->identity_from_token(others));
  clock_.advance(std::chrono::minutes(1));

  // From memory, and read anew.
  for (int i = 0; i < 2; ++i) {
    const auto refused = authority_->authenticate(basic(pair_.secret_key), "", "10.0.0.1");
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().is(api::wrong_credentials));
    EXPECT_NE(refused.error().message().find("expired at " + to_iso(end)), std::string::npos);
    authority_->forget_cached();
  }
  EXPECT_EQ(refusal("Bearer " + token).subcode, 30);
  EXPECT_EQ(refusal("Bearer " + again).subcode, 30);
  EXPECT_EQ(authority_->authenticate(basic("wrong"), "", "10.0.0.1").error().message(),
            ApiError(api::wrong_credentials).message());
}

TEST_F(AuthorityTest, a_deleted_key_is_refused_at_once) {
  ASSERT_TRUE(authority_->authenticate(basic(pair_.secret_key), "", "10.0.0.1"));

  ASSERT_TRUE(
      store_->write([&](store::Transaction& tx) { return authority_->delete_key(tx, UserId("u"), pair_.access_key); })
          .value());

  EXPECT_EQ(refusal(basic(pair_.secret_key)).subcode, 22);
}

}  // namespace
}  // namespace jarvis::server::auth
