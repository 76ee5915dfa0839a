// What uses the disk, as it is told: measured in the background, summed up by project.
#include <gmock/gmock.h>

#include "server/services/service_fixture.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;

class StorageUsage : public ServiceFixture {
 protected:
  std::string project(const std::string& name) {
    return std::string(ok("projects.create", {{"name", name}}).at("id").as_string());
  }
  std::string task(const std::string& project) {
    return std::string(
        ok("tasks.create", {{"name", "training"}, {"type", "training"}, {"project", project}}).at("id").as_string());
  }
  void report(const std::string& line) {
    raw_body = line;
    ok("events.add_batch");
  }
  void log(const std::string& task, const std::string& text) {
    report(to_text(json::object{{"type", "log"}, {"task", task}, {"msg", text}}));
  }
  void measure() {
    clock.advance(std::chrono::hours(1));
    ASSERT_TRUE(storage->tick());
  }
  static store::StorageSizes uploaded(std::int64_t artifacts, std::int64_t models) {
    store::StorageSizes sizes;
    sizes.artifacts = artifacts;
    sizes.models = models;
    sizes.files = 2;
    return sizes;
  }
  static std::vector<std::string> names(const json::object& answer, std::string_view list) {
    std::vector<std::string> out;
    for (const json::value& row : answer.at(list).as_array())
      out.push_back(std::string(row.at("name").as_string()) + " " + std::to_string(row.at("bytes").as_int64()));
    return out;
  }
};

TEST_F(StorageUsage, counts_for_the_project_and_those_above_it) {
  const std::string nets = project("nets"), deep = project("nets/deep"), other = project("other");
  const std::string one = task(nets), two = task(deep), three = task(other);
  files_there = {{one, uploaded(1000, 0)}, {two, uploaded(100, 200)}, {three, uploaded(5, 0)}};
  log(two, "0123456789");
  measure();

  const json::object all = ok("organization.get_storage_usage");
  const json::object below = ok("organization.get_storage_usage", {{"projects", {nets}}, {"tasks", 1}});
  const json::object alone =
      ok("organization.get_storage_usage", {{"projects", {nets}}, {"include_subprojects", false}});

  EXPECT_THAT(names(all, "projects"), ElementsAre("nets 1310", "nets/deep 310", "other 5"));
  EXPECT_EQ(all.at("projects").at(0).at("own_bytes"), 1000);
  EXPECT_EQ(all.at("projects").at(1).at("logs"), 10);
  EXPECT_EQ(all.at("projects").at(1).at("models"), 200);
  EXPECT_EQ(all.at("total").at("bytes"), 1315);
  EXPECT_EQ(all.at("total").at("files"), 6);
  EXPECT_EQ(all.at("tasks").at(0).at("id"), json::value(one));
  EXPECT_EQ(all.at("tasks").at(1).at("project").at("name"), "nets/deep");
  EXPECT_THAT(names(below, "projects"), ElementsAre("nets 1310", "nets/deep 310"));
  EXPECT_EQ(below.at("tasks").as_array().size(), 1U);
  EXPECT_THAT(names(alone, "projects"), ElementsAre("nets 1000"));
}

TEST_F(StorageUsage, is_as_old_as_it_says) {
  const std::string nets = project("nets");
  const std::string one = task(nets);
  EXPECT_TRUE(ok("organization.get_storage_usage").at("measured").at("files").is_null());
  log(one, "first");
  measure();
  const std::string then = to_iso(clock.wall());

  log(one, "and second");
  clock.advance(std::chrono::minutes(59));
  ASSERT_TRUE(storage->tick());

  const json::object old = ok("organization.get_storage_usage");
  EXPECT_EQ(old.at("total").at("logs"), 5);
  EXPECT_EQ(old.at("measured").at("database"), json::value(then));
  EXPECT_EQ(old.at("measured").at("files"), json::value(then));
  clock.advance(std::chrono::minutes(1));
  ASSERT_TRUE(storage->tick());
  EXPECT_EQ(ok("organization.get_storage_usage").at("total").at("logs"), 15);
}

TEST_F(StorageUsage, is_measured_anew_for_who_asks) {
  const std::string one = task(project("nets"));
  measure();
  log(one, "12345");

  EXPECT_EQ(ok("organization.get_storage_usage", {{"refresh", true}}).at("is_measuring"), true);
  ASSERT_TRUE(storage->tick());

  const json::object now = ok("organization.get_storage_usage");
  EXPECT_EQ(now.at("is_measuring"), false);
  EXPECT_EQ(now.at("total").at("logs"), 5);
}

TEST_F(StorageUsage, goes_down_with_what_is_deleted) {
  const std::string nets = project("nets");
  const std::string one = task(nets), two = task(nets);
  files_there = {{one, uploaded(100, 0)}, {two, uploaded(200, 0)}};
  log(one, "a log that is cleared");
  report(R"({"type":"training_stats_scalar","task":")" + two + R"(","metric":"m","variant":"v","iter":1,"value":0.5})");
  measure();
  EXPECT_GT(ok("organization.get_storage_usage").at("total").at("scalars").as_int64(), 0);

  ok("events.clear_task_log", {{"task", one}});
  ok("tasks.delete", {{"task", two}, {"force", true}});
  const json::object at_once = ok("organization.get_storage_usage");
  files_there = {{one, uploaded(50, 0)}};
  measure();

  EXPECT_EQ(at_once.at("total").at("artifacts"), 100);
  EXPECT_EQ(at_once.at("total").at("scalars"), 0);
  EXPECT_THAT(names(ok("organization.get_storage_usage"), "projects"), ElementsAre("nets 50"));
  files_there = {};
  measure();
  EXPECT_THAT(names(ok("organization.get_storage_usage"), "projects"), ElementsAre());
}

TEST_F(StorageUsage, shows_files_of_no_task_and_no_tasks_of_others) {
  const std::string one = task(project("nets"));
  store::StorageSizes loose;
  loose.others = 7;
  loose.files = 1;
  files_there = {{one, uploaded(100, 0)}, {"", loose}};
  measure();
  const json::object mine = ok("organization.get_storage_usage");

  me.company = CompanyId::random();
  const json::object theirs = ok("organization.get_storage_usage");

  EXPECT_EQ(mine.at("of_no_task").at("bytes"), 7);
  EXPECT_EQ(mine.at("total").at("bytes"), 100);
  EXPECT_EQ(theirs.at("total").at("bytes"), 0);
  EXPECT_TRUE(theirs.at("tasks").as_array().empty());
  EXPECT_EQ(refused("organization.get_storage_usage", {{"tasks", 501}}), "400/12");
}

}  // namespace
}  // namespace jarvis::server
