#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

using SharedTasks = TaskFixture;
using ManyTasks = TaskFixture;

TEST_F(SharedTasks, are_read_by_other_companies_by_their_id_and_changed_by_none_of_them) {
  const std::string id = new_task();
  EXPECT_EQ(ok("tasks.share", {{"tasks", {id}}}).at("changed"), 1);
  EXPECT_EQ(ok("tasks.share", {{"tasks", {id}}}).at("changed"), 0);
  const Identity owner = me;
  me.company = CompanyId::random();

  EXPECT_EQ(task(id).at("name"), "a task");
  EXPECT_EQ(ok("tasks.get_all", {{"id", {id}}}).at("tasks"), json::array());
  EXPECT_EQ(refused("tasks.edit", {{"task", id}, {"comment", "mine"}}), "403/21");

  me = owner;
  ok("tasks.share", {{"tasks", {id}}, {"share", false}});
  me.company = CompanyId::random();
  EXPECT_EQ(refused("tasks.get_by_id", {{"task", id}}), "400/101");
}

TEST_F(ManyTasks, are_all_updated_or_none) {
  const std::string first = new_task(), second = new_task();
  raw_body =
      "{\"task\": \"" + first + "\", \"name\": \"first\"}\n\n{\"task\": \"" + second + "\", \"comment\": \"c\"}\n";

  EXPECT_EQ(ok("tasks.update_batch").at("updated"), 2);
  EXPECT_EQ(task(first).at("name"), "first");
  EXPECT_EQ(task(second).at("comment"), "c");

  raw_body = "{\"task\": \"" + first + "\", \"name\": \"again\"}\n{\"task\": \"none\", \"comment\": \"c\"}\n";
  EXPECT_EQ(refused("tasks.update_batch"), "400/101");
  EXPECT_EQ(task(first).at("name"), "first");
  raw_body = "";
  EXPECT_EQ(refused("tasks.update_batch"), "400/17");
  raw_body = "{\"name\": \"nobody\"}\n";
  EXPECT_EQ(refused("tasks.update_batch"), "400/12");
  raw_body = "no json\n";
  EXPECT_EQ(refused("tasks.update_batch"), "400/0");
}

TEST_F(ManyTasks, get_and_lose_tags_together) {
  const std::string first = new_task({{"tags", {"a"}}}), second = new_task({{"tags", {"b"}}});

  EXPECT_EQ(
      ok("tasks.update_tags", {{"ids", {first, second}}, {"add_tags", {"c"}}, {"remove_tags", {"b"}}}).at("updated"),
      2);

  EXPECT_EQ(task(first).at("tags"), json::array({"a", "c"}));
  EXPECT_EQ(task(second).at("tags"), json::array({"c"}));
}

TEST_F(ManyTasks, are_put_away_and_taken_out_again) {
  const std::string id = new_task();
  ok("tasks.archive", {{"tasks", {id}}});
  EXPECT_EQ(ok("tasks.unarchive", {{"tasks", {id}}}).at("unarchived"), 1);
  EXPECT_EQ(task(id).at("system_tags"), json::array());
}

}  // namespace
}  // namespace jarvis::server
