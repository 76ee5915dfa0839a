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

TEST_F(ManyTasks, go_onto_a_queue_and_off_it_together) {
  const std::string queue = new_queue("work"), first = new_task(), second = new_task();

  const json::object queued =
      ok("tasks.enqueue_many", {{"ids", {first, "none", second}}, {"queue", queue}, {"verify_watched_queue", true}});
  EXPECT_EQ(queued.at("succeeded").as_array().size(), 2U);
  EXPECT_EQ(queued.at("succeeded").at(0).at("queued"), true);
  EXPECT_EQ(queued.at("succeeded").at(0).at("updated"), 1);
  EXPECT_EQ(queued.at("succeeded").at(0).at("fields").at("status"), "queued");
  EXPECT_EQ(queued.at("failed").at(0).at("error").at("codes"), json::array({400, 101}));
  EXPECT_EQ(queued.at("queue_watched"), false);
  EXPECT_THAT(waiting(queue), testing::ElementsAre(first, second));

  EXPECT_EQ(refused("tasks.enqueue_many", {{"ids", {new_task()}}, {"queue", queue}, {"validate_tasks", true}}),
            "400/102");

  const json::object dequeued = ok("tasks.dequeue_many", {{"ids", {first, second}}});
  EXPECT_EQ(dequeued.at("succeeded").at(1).at("dequeued"), true);
  EXPECT_EQ(dequeued.at("succeeded").at(1).at("fields").at("status"), "created");
  EXPECT_THAT(waiting(queue), testing::IsEmpty());
}

TEST_F(ManyTasks, are_stopped_published_archived_and_restored_together) {
  const std::string first = new_task(), second = new_task();
  for (const std::string& id : {first, second})
    ok("tasks.started", {{"task", id}});

  EXPECT_EQ(ok("tasks.stop_many", {{"ids", {first, second}}}).at("succeeded").at(1).at("fields").at("status"),
            "stopped");
  const json::object published = ok("tasks.publish_many", {{"ids", {first, "none"}}});
  EXPECT_EQ(published.at("succeeded").at(0).at("fields").at("status"), "published");
  EXPECT_EQ(published.at("failed").as_array().size(), 1U);
  EXPECT_EQ(ok("tasks.archive_many", {{"ids", {first, second}}}).at("succeeded").at(0).at("archived"), true);
  EXPECT_EQ(task(second).at("system_tags"), json::array({"archived"}));
  EXPECT_EQ(ok("tasks.unarchive_many", {{"ids", {second}}}).at("succeeded").at(0).at("unarchived"), true);
  EXPECT_EQ(task(second).at("system_tags"), json::array());
}

}  // namespace
}  // namespace jarvis::server
