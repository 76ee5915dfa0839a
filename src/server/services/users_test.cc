// Who is there, what they are called, and what they keep to themselves.
#include <gmock/gmock.h>

#include "server/services/service_fixture.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;

class Users : public ServiceFixture {
 protected:
  std::string new_user(std::string_view name, Role role, CompanyId company) {
    const std::string id = UserId::random().str();
    put(store::Kind::user, {{"id", id},
                            {"name", name},
                            {"company", company.str()},
                            {"role", to_string(role)},
                            {"preferences", {{"secret", "mine"}}}});
    return id;
  }
  std::string new_user(std::string_view name, Role role = Role::user) { return new_user(name, role, me.company); }
  /// From now on calls are this user's.
  void become(std::string_view id, Role role) {
    me.user = UserId(std::string(id));
    me.role = role;
  }
  static std::vector<std::string> names(const json::object& answer) {
    std::vector<std::string> out;
    for (const json::value& user : answer.at("users").as_array())
      out.emplace_back(user.at("name").as_string());
    return out;
  }
};

TEST_F(Users, one_sees_the_users_of_ones_company_and_not_what_they_prefer) {
  const std::string ann = new_user("ann");
  const std::string other = new_user("elsewhere", Role::user, CompanyId::random());

  const json::object user = ok("users.get_by_id", {{"user", ann}}).at("user").as_object();

  EXPECT_EQ(user.at("name"), "ann");
  EXPECT_FALSE(user.contains("preferences"));
  EXPECT_EQ(refused("users.get_by_id", {{"user", other}}), "400/300");
  EXPECT_EQ(refused("users.get_by_id", {{"user", "nobody"}}), "400/300");
}

TEST_F(Users, lists_are_ordered_filtered_and_without_preferences_too) {
  new_user("cleo");
  new_user("bob");
  new_user("elsewhere", Role::user, CompanyId::random());

  EXPECT_THAT(names(ok("users.get_all", {{"order_by", {"name"}}})), ElementsAre("admin", "bob", "cleo"));
  EXPECT_THAT(names(ok("users.get_all_ex", {{"name", "^b"}})), ElementsAre("bob"));
  const json::object asked = ok("users.get_all_ex", {{"name", "^b"}, {"only_fields", {"name", "preferences"}}});
  EXPECT_FALSE(asked.at("users").at(0).as_object().contains("preferences"));
  EXPECT_TRUE(ok("users.get_all_ex").at("users").at(0).at("company").is_object());
  EXPECT_TRUE(ok("users.get_all").at("users").at(0).at("company").is_string());
}

TEST_F(Users, the_names_one_signs_in_by_are_known_to_their_owners_and_to_administrators) {
  const std::string ann = ok("auth.create_user", {{"name", "Ann"}, {"username", "ann"}, {"password", "long enough"}})
                              .at("id")
                              .as_string()
                              .c_str();
  new_user("bob");

  const json::array users = ok("users.get_all_ex", {{"name", "^(Ann|bob)$"}}).at("users").as_array();
  EXPECT_EQ(users.at(0).at("username"), "ann");
  EXPECT_FALSE(users.at(1).as_object().contains("username"));

  become(ann, Role::user);
  EXPECT_EQ(ok("users.get_current_user").at("user").at("username"), "ann");
  EXPECT_FALSE(ok("users.get_all_ex", {{"name", "^Ann$"}}).at("users").at(0).as_object().contains("username"));
}

TEST_F(Users, one_changes_ones_own_name_and_an_administrator_anybodys) {
  const std::string ann = new_user("ann"), bob = new_user("bob");

  EXPECT_EQ(ok("users.update", {{"user", bob}, {"name", "robert"}}).at("fields").at("name"), "robert");
  become(ann, Role::user);
  EXPECT_EQ(ok("users.update", {{"user", ann}, {"given_name", "Ann"}}).at("updated"), 1);
  EXPECT_EQ(refused("users.update", {{"user", bob}, {"name", "mine now"}}), "403/20");

  EXPECT_EQ(stored(store::Kind::user, bob)->at("name"), "robert");
  EXPECT_EQ(stored(store::Kind::user, ann)->at("given_name"), "Ann");
}

TEST_F(Users, an_update_of_nothing_updates_nothing_and_of_nobody_is_refused) {
  EXPECT_EQ(ok("users.update", {{"user", me.user.str()}}).at("updated"), 0);
  EXPECT_EQ(refused("users.update", {{"user", "nobody"}, {"name", "x"}}), "400/300");
}

TEST_F(Users, preferences_are_merged_key_by_key_and_come_back_whole) {
  ok("users.set_preferences", {{"preferences", {{"theme", "dark"}, {"tables", {{"tasks", {{"width", 80}}}}}}}});
  ok("users.set_preferences", {{"preferences", {{"tables", {{"tasks", {{"sort", "name"}}}, {"queues", 1}}}}}});

  const json::object expected{{"theme", "dark"},
                              {"tables", {{"tasks", {{"width", 80}, {"sort", "name"}}}, {"queues", 1}}}};
  EXPECT_EQ(json::value(ok("users.get_preferences").at("preferences")), json::value(expected));
}

TEST_F(Users, without_preferences_there_is_an_empty_object) {
  EXPECT_EQ(json::value(ok("users.get_preferences").at("preferences")), json::value(json::object()));
}

}  // namespace
}  // namespace jarvis::server
