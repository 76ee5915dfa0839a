#include "server/services/task_test_steps.h"
#include "server/store/queue_entries.h"

namespace jarvis::server {
namespace {

using testing::IsEmpty;

std::string model_of(const json::object& task) {
  return std::string(task.at("models").at("output").at(0).at("model").as_string());
}

class FinishedTask : public TaskFixture {
 protected:
  /// A completed task with results: artifacts in and out, a model, a script, parameters.
  std::string finished() {
    const std::string id = new_task({{"script", {{"repository", "r"}}},
                                     {"hyperparams", {{"Args", {{"lr", {{"value", "1"}}}}}}},
                                     {"system_tags", {"development", "archived", "kept"}},
                                     {"tags", {"mine"}}});
    const std::string model = random_id();
    put(store::Kind::model, {{"id", model},
                             {"name", "net"},
                             {"company", me.company.str()},
                             {"task", id},
                             {"uri", "files/net.bin"},
                             {"ready", false}});
    ok("tasks.started", {{"task", id}});
    ok("tasks.add_or_update_artifacts",
       {{"task", id},
        {"artifacts", json::array{{{"key", "in"}, {"type", "csv"}, {"mode", "input"}},
                                  {{"key", "out"}, {"type", "csv"}, {"uri", "files/out.csv"}}}}});
    ok("tasks.add_or_update_model", {{"task", id}, {"name", "net"}, {"model", model}, {"type", "output"}});
    ok("tasks.edit", {{"task", id}, {"force", true}, {"runtime", {{"k", "v"}}}});
    ok("tasks.completed", {{"task", id}, {"status_message", "well done"}});
    return id;
  }
};
using Reset = FinishedTask;
using Delete = FinishedTask;
using Clone = FinishedTask;

TEST_F(Reset, keeps_the_recipe_and_drops_the_results) {
  const std::string id = finished();
  const std::string model = model_of(task(id));

  const json::object reply = ok("tasks.reset", {{"task", id}, {"return_file_urls", true}});

  const json::object after = task(id);
  EXPECT_EQ(reply.at("updated"), 1);
  EXPECT_EQ(reply.at("deleted_models"), 1);
  EXPECT_EQ(reply.at("urls").at("model_urls"), json::array({"files/net.bin"}));
  EXPECT_EQ(reply.at("urls").at("artifact_urls"), json::array({"files/out.csv"}));
  EXPECT_EQ(reply.at("urls").at("event_urls"), json::array());
  EXPECT_EQ(after.at("status"), "created");
  EXPECT_EQ(after.at("status_message"), "");
  EXPECT_EQ(after.at("script"), json::value({{"repository", "r"}}));
  EXPECT_TRUE(after.at("hyperparams").as_object().contains("Args"));
  ASSERT_EQ(after.at("execution").at("artifacts").as_array().size(), 1U);
  EXPECT_EQ(after.at("execution").at("artifacts").at(0).at("key"), "in");
  EXPECT_EQ(after.at("models").at("output"), json::array());
  EXPECT_EQ(after.at("runtime"), json::value(json::object()));
  EXPECT_TRUE(after.at("started").is_null());
  EXPECT_FALSE(stored(store::Kind::model, model));
}

TEST_F(Reset, clear_all_drops_the_script_too) {
  const std::string id = finished();

  ok("tasks.reset", {{"task", id}, {"clear_all", true}});

  EXPECT_EQ(task(id).at("script"), json::value(json::object()));
}

TEST_F(Reset, keeps_a_model_that_another_task_uses_or_that_is_published) {
  const std::string used = finished(), published = finished();
  const std::string used_model = model_of(task(used)), published_model = model_of(task(published));
  new_task({{"models", {{"input", json::array{{{"name", "start"}, {"model", used_model}}}}}}});
  json::object model = *stored(store::Kind::model, published_model);
  model["ready"] = true;
  put(store::Kind::model, model);

  ok("tasks.reset_many", {{"ids", {used, published}}});

  EXPECT_TRUE(stored(store::Kind::model, used_model));
  EXPECT_TRUE(stored(store::Kind::model, published_model));
}

TEST_F(Reset, takes_a_queued_task_off_its_queue) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  enqueue(id, queue);

  EXPECT_EQ(ok("tasks.reset", {{"task", id}}).at("dequeued").at("removed"), 1);

  EXPECT_EQ(status(id), "created");
  EXPECT_THAT(waiting(queue), IsEmpty());
}

TEST_F(Delete, ends_the_task_and_its_models_and_frees_its_children) {
  const std::string id = finished();
  const std::string model = model_of(task(id));
  const std::string child = new_task({{"parent", id}});

  const json::object reply = ok("tasks.delete", {{"task", id}});

  EXPECT_EQ(reply.at("deleted"), true);
  EXPECT_EQ(reply.at("updated_children"), 1);
  EXPECT_EQ(reply.at("deleted_models"), 1);
  EXPECT_EQ(refused("tasks.get_by_id", {{"task", id}}), "400/101");
  EXPECT_FALSE(stored(store::Kind::model, model));
  EXPECT_TRUE(task(child).at("parent").is_null());
}

TEST_F(Delete, needs_force_for_what_is_published_or_runs) {
  const std::string published = new_task(), running = new_task(), parent = new_task();
  set_status(published, "published");
  ok("tasks.started", {{"task", running}});
  set_status(new_task({{"parent", parent}}), "published");
  const std::string maker = finished();
  json::object model = *stored(store::Kind::model, model_of(task(maker)));
  model["ready"] = true;
  put(store::Kind::model, model);

  for (const std::string& id : {published, running, parent, maker}) {
    EXPECT_EQ(refused("tasks.delete", {{"task", id}}), "400/123");
    EXPECT_EQ(refused("tasks.delete", {{"task", id}, {"force", true}}), "ok");
  }
  EXPECT_TRUE(stored(store::Kind::model, model.at("id").as_string())->at("task").is_null());
}

TEST_F(Delete, of_a_waiting_task_leaves_nothing_in_its_queue) {
  const std::string queue = new_queue("work");
  const std::string waits = new_task(), handed_out = new_task();
  enqueue(handed_out, queue);
  enqueue(waits, queue);
  next(queue);

  ok("tasks.delete_many", {{"ids", {waits, handed_out}}});
  clock.advance(std::chrono::minutes(2));

  EXPECT_THAT(waiting(queue), IsEmpty());
  const auto expired = store->write([&](store::Transaction& tx) { return store::return_expired(tx, clock.wall()); });
  EXPECT_THAT(expired.value(), IsEmpty());
}

TEST_F(Clone, takes_the_recipe_and_none_of_the_results) {
  const std::string id = finished();

  const std::string copy(ok("tasks.clone", {{"task", id}, {"new_task_name", "second"}}).at("id").as_string());

  const json::object made = task(copy);
  EXPECT_NE(copy, id);
  EXPECT_EQ(made.at("name"), "second");
  EXPECT_EQ(made.at("status"), "created");
  EXPECT_EQ(made.at("script"), task(id).at("script"));
  EXPECT_EQ(made.at("hyperparams"), task(id).at("hyperparams"));
  EXPECT_EQ(made.at("tags"), json::array({"mine"}));
  EXPECT_EQ(made.at("system_tags"), json::array({"kept"}));
  ASSERT_EQ(made.at("execution").at("artifacts").as_array().size(), 1U);
  EXPECT_EQ(made.at("execution").at("artifacts").at(0).at("key"), "in");
  EXPECT_EQ(made.at("models").at("output"), json::array());
  EXPECT_EQ(made.at("runtime"), json::value(json::object()));
  EXPECT_EQ(made.at("last_iteration"), 0);
}

TEST_F(Clone, overrides_what_the_request_names) {
  const std::string id = finished();
  const json::object params{{"Args", {{"lr", {{"value", "0.5"}}}}}};

  const json::object reply = ok("tasks.clone", {{"task", id},
                                                {"new_task_hyperparams", params},
                                                {"new_task_parent", id},
                                                {"new_task_comment", "try"},
                                                {"execution_overrides", {{"framework", "torch"}}},
                                                {"new_project_name", "trials"}});

  const json::object made = task(reply.at("id").as_string());
  EXPECT_EQ(made.at("hyperparams").at("Args").at("lr").at("value"), "0.5");
  EXPECT_EQ(made.at("parent"), id.c_str());
  EXPECT_EQ(made.at("comment"), "try");
  EXPECT_EQ(made.at("execution").at("framework"), "torch");
  EXPECT_EQ(made.at("execution").at("artifacts").as_array().size(), 1U);
  EXPECT_EQ(reply.at("new_project").at("name"), "trials");
  EXPECT_EQ(made.at("project"), reply.at("new_project").at("id"));
}

TEST_F(Clone, checks_the_references_that_are_new_and_the_others_when_told_to) {
  const std::string id = finished();
  json::object document = *stored(store::Kind::task, id);
  document["project"] = "gone";
  put(store::Kind::task, document);
  const json::array missing{{{"name", "n"}, {"model", "none"}}};

  EXPECT_EQ(refused("tasks.clone", {{"task", id}, {"new_task_input_models", missing}}), "400/201");
  EXPECT_EQ(refused("tasks.clone", {{"task", id}, {"new_task_project", "none"}}), "400/401");
  EXPECT_EQ(refused("tasks.clone", {{"task", id}}), "ok");
  EXPECT_EQ(refused("tasks.clone", {{"task", id}, {"validate_references", true}}), "400/401");
}

}  // namespace
}  // namespace jarvis::server
