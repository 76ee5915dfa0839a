// Keys and tokens as their owners and administrators see them.
#include <gmock/gmock.h>

#include "server/services/service_fixture.h"

namespace jarvis::server {
namespace {

using Auth = ServiceFixture;

TEST_F(Auth, a_label_of_a_key_is_changed_by_its_owner_only) {
  const json::object pair = ok("auth.create_credentials", {{"label", "laptop"}}).at("credentials").as_object();
  const json::object change{{"access_key", pair.at("access_key")}, {"label", "desk"}};

  ok("auth.edit_credentials", change);
  const json::array keys = ok("auth.get_credentials").at("credentials").as_array();

  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys.at(0).at("label"), "desk");
  me.user = UserId::random();
  EXPECT_EQ(refused("auth.edit_credentials", change), "400/12");
}

TEST_F(Auth, a_key_says_when_it_ends) {
  ok("auth.create_credentials", {{"label", "for ever"}});
  clock.advance(std::chrono::seconds(1));
  const json::object pair = ok("auth.create_credentials", {{"label", "nightly"}, {"expiration_sec", 3600}});
  const std::string end = to_iso(clock.wall() + std::chrono::hours(1));

  const json::array keys = ok("auth.get_credentials").at("credentials").as_array();

  EXPECT_EQ(pair.at("credentials").at("expires"), json::value(end));
  EXPECT_TRUE(keys.at(0).at("expires").is_null());
  EXPECT_EQ(keys.at(1).at("expires"), json::value(end));
  for (const std::int64_t wrong : {0L, -5L, 4'000'000'000L})
    EXPECT_EQ(refused("auth.create_credentials", {{"expiration_sec", wrong}}), "400/12") << wrong;
}

TEST_F(Auth, a_key_that_ends_makes_none_that_outlives_it) {
  me.key_expires = clock.wall() + std::chrono::hours(1);

  EXPECT_EQ(ok("auth.create_credentials").at("credentials").at("expires"), json::value(to_iso(*me.key_expires)));
  EXPECT_EQ(refused("auth.create_credentials", {{"expiration_sec", 3601}}), "400/12");
  ok("auth.create_credentials", {{"expiration_sec", 3600}});
  const std::string token(ok("auth.get_token_for_user", {{"user", me.user.str()}}).at("token").as_string());
  clock.advance(std::chrono::hours(1));
  EXPECT_FALSE(authority->identity_from_token(token));
}

TEST_F(Auth, a_token_for_a_user_is_that_users_and_ends_when_asked) {
  const std::string ann = UserId::random().str();
  put(store::Kind::user, {{"id", ann}, {"name", "ann"}, {"company", me.company.str()}, {"role", "user"}});

  const json::object answer = ok("auth.get_token_for_user", {{"user", ann}, {"expiration_sec", 60}});
  const std::string token(answer.at("token").as_string());

  EXPECT_EQ(authority->identity_from_token(token)->user.str(), ann);
  EXPECT_EQ(authority->identity_from_token(token)->role, Role::user);
  clock.advance(std::chrono::seconds(61));
  EXPECT_FALSE(authority->identity_from_token(token));
}

TEST_F(Auth, no_token_is_made_for_users_of_other_companies) {
  const std::string other = UserId::random().str();
  put(store::Kind::user, {{"id", other}, {"name", "x"}, {"company", CompanyId::random().str()}, {"role", "user"}});

  EXPECT_EQ(refused("auth.get_token_for_user", {{"user", other}}), "400/300");
  EXPECT_EQ(refused("auth.get_token_for_user", {{"user", "nobody"}}), "400/300");
}

TEST_F(Auth, a_user_who_signs_out_in_the_browser_is_sent_nowhere_and_loses_the_cookie) {
  const std::string token = authority->issue(me, std::chrono::hours(1));
  me = *authority->identity_from_token(token);

  const auto reply = call("login.logout");

  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->data.at("redirect_url").is_null());
  EXPECT_EQ(reply->cookies.at(0).max_age.count(), 0);
  EXPECT_FALSE(authority->identity_from_token(token));
}

TEST_F(Auth, the_login_page_learns_how_one_signs_in) {
  const json::object modes = ok("login.supported_modes");

  EXPECT_EQ(modes.at("authenticated"), true);
  EXPECT_TRUE(modes.at("sso_providers").as_array().empty());
  EXPECT_EQ(ok("auth.fixed_users_mode").at("guest").at("enabled"), false);
}

TEST_F(Auth, the_server_reports_to_nobody_and_says_so) {
  EXPECT_EQ(ok("server.report_stats_option").at("enabled"), false);
  EXPECT_EQ(ok("server.report_stats_option", {{"enabled", false}}).at("supported"), false);
  EXPECT_EQ(refused("server.report_stats_option", {{"enabled", true}}), "400/12");
}

TEST_F(Auth, an_administrator_sees_how_users_are_kept) {
  EXPECT_EQ(ok("server.config").at("auth").at("fixed_users").at("enabled"), false);

  ok("auth.create_user", {{"name", "Ann"}, {"username", "ann"}, {"password", "a long password"}});

  EXPECT_EQ(ok("server.config").at("auth").at("fixed_users").at("enabled"), true);
  EXPECT_EQ(ok("auth.fixed_users_mode").at("enabled"), true);
}

TEST_F(Auth, a_new_user_has_the_names_that_were_given) {
  const json::object named{
      {"name", "ann w."}, {"given_name", "Ann"}, {"family_name", "Walker"}, {"email", "ann@example.com"}};

  const json::object user = stored(store::Kind::user, ok("auth.create_user", named).at("id").as_string()).value();
  const json::object plain =
      stored(store::Kind::user, ok("auth.create_user", {{"name", "John Q. Doe"}}).at("id").as_string()).value();

  for (const auto& [key, value] : named)
    EXPECT_EQ(user.at(key), value) << key;
  EXPECT_EQ(plain.at("given_name"), "John");
  EXPECT_EQ(plain.at("family_name"), "Q. Doe");
  EXPECT_FALSE(plain.contains("email"));
}

TEST_F(Auth, an_account_that_is_deleted_takes_keys_password_and_sessions_along) {
  const std::string ann(ok("auth.create_user", {{"name", "Ann"}, {"username", "ann"}, {"password", "a long password"}})
                            .at("id")
                            .as_string());
  Identity who = *store->read([&](store::Transaction& tx) { return authority->identity_of(tx, UserId(ann)); }).value();
  const std::string token = authority->issue(who, std::chrono::hours(1));
  ASSERT_TRUE(authority->identity_from_password("ann", "a long password", "127.0.0.1"));
  clock.advance(std::chrono::seconds(1));

  EXPECT_EQ(refused("users.delete", {{"user", me.user.str()}}), "400/12");
  EXPECT_EQ(ok("users.delete", {{"user", ann}}).at("deleted"), 1);

  EXPECT_FALSE(authority->identity_from_token(token));
  EXPECT_FALSE(authority->identity_from_password("ann", "a long password", "127.0.0.1"));
  EXPECT_EQ(refused("users.delete", {{"user", ann}}), "400/300");
  ok("auth.create_user", {{"name", "Another Ann"}, {"username", "ann"}, {"password", "a long password"}});
}

TEST_F(Auth, sessions_of_a_user_end_at_an_instant_and_new_ones_begin_after_it) {
  const std::string before = authority->issue(me, std::chrono::hours(1));
  clock.advance(std::chrono::microseconds(1));

  ok("auth.end_sessions");
  clock.advance(std::chrono::microseconds(1));
  const std::string after = authority->issue(me, std::chrono::hours(1));

  EXPECT_FALSE(authority->identity_from_token(before));
  EXPECT_TRUE(authority->identity_from_token(after));
}

}  // namespace
}  // namespace jarvis::server
