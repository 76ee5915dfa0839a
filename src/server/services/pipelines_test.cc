#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;

class Pipelines : public TaskFixture {
 protected:
  std::string queue = new_queue("work", {"default"});
  std::string project = std::string(ok("projects.create", {{"name", "p/.pipelines/train"}}).at("id").get_string());

  std::string new_run(std::string_view name = "train") {
    return new_task({{"name", name},
                     {"type", "controller"},
                     {"system_tags", {"pipeline"}},
                     {"project", project},
                     {"script", {{"entry_point", "run.py"}}},
                     {"hyperparams", {{"Args", {{"lr", {{"value", "1"}}}, {"kept", {{"value", "k"}}}}}}}});
  }
};

TEST_F(Pipelines, a_start_is_a_numbered_copy_with_its_arguments_in_a_queue) {
  const std::string run = new_run();
  set_status(run, "completed");

  const json::object reply =
      ok("pipelines.start_pipeline",
         {{"task", run},
          {"queue", queue},
          {"args", json::array{{{"name", "lr"}, {"value", "2"}}, {{"name", "new"}, {"value", "n"}}}},
          {"verify_watched_queue", true}});

  const std::string id(reply.at("pipeline").get_string());
  EXPECT_EQ(reply.at("enqueued"), true);
  EXPECT_EQ(reply.at("queue_watched"), false);
  EXPECT_THAT(waiting(queue), ElementsAre(id));
  const json::object started = task(id);
  EXPECT_EQ(started.at("name"), "train #2");
  EXPECT_EQ(started.at("system_tags"), json::array({"pipeline"}));
  EXPECT_EQ(started.at("hyperparams").at("Args").at("lr").at("value"), "2");
  EXPECT_EQ(started.at("hyperparams").at("Args").at("kept").at("value"), "k");
  EXPECT_EQ(started.at("hyperparams").at("Args").at("new").at("value"), "n");

  const json::object next = ok("pipelines.start_pipeline", {{"task", run}});
  EXPECT_EQ(task(next.at("pipeline").get_string()).at("name"), "train #3");
  EXPECT_EQ(refused("pipelines.start_pipeline", {{"task", new_task()}}), "400/101");
}

TEST_F(Pipelines, a_new_run_is_checked_before_it_is_asked_for) {
  const json::object good = ok("pipelines.check_new_run", {{"task", new_run()}});
  EXPECT_EQ(good.at("can_run"), true);
  EXPECT_EQ(good.at("queue").at("name"), "work");

  const std::string without_script =
      new_task({{"type", "controller"}, {"system_tags", {"pipeline"}}, {"project", project}});
  const json::object bad = ok("pipelines.check_new_run", {{"task", without_script}});
  EXPECT_EQ(bad.at("can_run"), false);
  EXPECT_EQ(bad.at("problems").as_array().size(), 1U);
  EXPECT_EQ(ok("pipelines.check_new_run", {{"task", new_run()}, {"queue", "none"}}).at("can_run"), false);
}

TEST_F(Pipelines, a_run_is_deleted_with_its_steps) {
  const std::string run = new_run(), running = new_run(), stranger = new_task();
  const std::string step = new_task({{"parent", run}});
  ok("tasks.started", {{"task", running}});

  const json::object reply = ok("pipelines.delete_runs", {{"ids", {run, running, stranger}}, {"project", project}});

  EXPECT_EQ(reply.at("succeeded").at(0).at("id"), json::value(run));
  EXPECT_EQ(reply.at("succeeded").at(0).at("deleted_steps"), 1);
  EXPECT_EQ(refused("tasks.get_by_id", {{"task", step}}), "400/101");
  EXPECT_EQ(reply.at("failed").at(0).at("error").at("codes"), json::array({400, 123}));
  EXPECT_EQ(reply.at("failed").at(1).at("error").at("codes"), json::array({400, 101}));
  EXPECT_EQ(status(running), "in_progress");
}

}  // namespace
}  // namespace jarvis::server
