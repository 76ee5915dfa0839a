#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;
using TaskEdit = TaskFixture;

json::object param(std::string_view section, std::string_view name, std::string_view value) {
  return {{"section", section}, {"name", name}, {"value", value}};
}

TEST_F(TaskEdit, a_new_task_has_what_clients_expect) {
  const std::string id = new_task({{"name", "  first  "}, {"tags", {"b", "a"}}, {"output_dest", "s3://here"}});

  const json::object made = task(id);

  EXPECT_EQ(made.at("name"), "first");
  EXPECT_EQ(made.at("status"), "created");
  EXPECT_EQ(made.at("company"), me.company.str().c_str());
  EXPECT_EQ(made.at("user"), me.user.str().c_str());
  EXPECT_EQ(made.at("created"), to_iso(clock.wall()).c_str());
  EXPECT_EQ(made.at("tags"), json::array({"a", "b"}));
  EXPECT_EQ(made.at("output").at("destination"), "s3://here");
  EXPECT_EQ(made.at("execution"), json::value({{"queue", nullptr}, {"artifacts", json::array()}}));
  EXPECT_EQ(made.at("models"), json::value({{"input", json::array()}, {"output", json::array()}}));
  EXPECT_EQ(made.at("last_iteration"), 0);
}

TEST_F(TaskEdit, create_refuses_what_makes_no_task) {
  EXPECT_EQ(refused("tasks.create", {{"name", " ab "}, {"type", "training"}}), "400/800");
  EXPECT_EQ(refused("tasks.create", {{"name", std::string(5000, 'x')}, {"type", "training"}}), "400/12");
  EXPECT_EQ(refused("tasks.create", {{"name", "task"}, {"type", "sleeping"}}), "400/12");
  EXPECT_EQ(refused("tasks.create", {{"name", "task"}, {"type", "training"}, {"project", "none"}}), "400/401");
  EXPECT_EQ(refused("tasks.create", {{"name", "task"}, {"type", "training"}, {"parent", "none"}}), "400/101");
  EXPECT_EQ(refused("tasks.create", {{"name", "task"}, {"type", "training"}, {"tags", {"__$not"}}}), "400/16");
  EXPECT_EQ(refused("tasks.validate", {{"name", "task"}, {"type", "sleeping"}}), "400/12");
  EXPECT_EQ(refused("tasks.validate", {{"name", "task"}, {"type", "training"}}), "ok");
}

TEST_F(TaskEdit, drafts_are_edited_and_others_only_with_force) {
  const std::string id = new_task();

  const json::object reply = ok("tasks.edit", {{"task", id}, {"comment", "new"}, {"runtime", {{"k", 1}}}});
  EXPECT_EQ(reply.at("updated"), 1);
  EXPECT_EQ(reply.at("fields").at("comment"), "new");

  for (const std::string_view state : {"queued", "in_progress", "completed", "published"}) {
    set_status(id, state);
    EXPECT_EQ(refused("tasks.edit", {{"task", id}, {"comment", "x"}}), "400/110") << state;
    EXPECT_EQ(refused("tasks.edit", {{"task", id}, {"comment", "y"}, {"force", true}}), "ok") << state;
  }
  EXPECT_EQ(task(id).at("comment"), "y");
}

TEST_F(TaskEdit, a_part_that_is_sent_replaces_the_old_one_and_the_queue_stays) {
  const std::string queue = new_queue("work");
  const std::string id = new_task({{"script", {{"repository", "r"}, {"branch", "b"}}}});
  enqueue(id, queue);

  ok("tasks.edit",
     {{"task", id}, {"force", true}, {"script", {{"repository", "q"}}}, {"execution", {{"framework", "f"}}}});

  EXPECT_EQ(task(id).at("script"), json::value({{"repository", "q"}}));
  EXPECT_EQ(task(id).at("execution").at("queue"), queue.c_str());
  EXPECT_EQ(task(id).at("execution").at("framework"), "f");
  EXPECT_EQ(task(id).at("execution").at("artifacts"), json::array());
}

TEST_F(TaskEdit, update_changes_what_describes_a_task_in_any_state) {
  const std::string id = new_task();
  set_status(id, "published");

  const json::object reply = ok("tasks.update", {{"task", id},
                                                 {"name", "renamed"},
                                                 {"system_tags", {"x"}},
                                                 {"created", "2020-01-02T03:04:05Z"},
                                                 {"output__error", "sad"}});

  EXPECT_EQ(reply.at("fields").at("name"), "renamed");
  EXPECT_EQ(task(id).at("created"), "2020-01-02T03:04:05.000000+00:00");
  EXPECT_EQ(task(id).at("output").at("error"), "sad");
  EXPECT_EQ(task(id).at("status"), "published");
}

TEST_F(TaskEdit, requirements_are_set_while_the_task_runs) {
  const std::string id = new_task({{"script", {{"repository", "r"}}}});
  ok("tasks.started", {{"task", id}});

  ok("tasks.set_requirements", {{"task", id}, {"requirements", {{"pip", "six"}}}});

  EXPECT_EQ(task(id).at("script"), json::value({{"repository", "r"}, {"requirements", {{"pip", "six"}}}}));
}

TEST_F(TaskEdit, hyperparameters_are_merged_replaced_by_section_or_as_a_whole) {
  const std::string id = new_task();
  const auto edit = [&](json::array items, std::string_view replace) {
    ok("tasks.edit_hyper_params", {{"task", id}, {"hyperparams", items}, {"replace_hyperparams", replace}});
  };
  const auto names = [&](std::string_view section) {
    std::vector<std::string> out;
    const json::object params = task(id).at("hyperparams").as_object();
    if (const json::object* found = get_object(params, section)) {
      for (const auto& [name, item] : *found)
        out.emplace_back(name);
    }
    return out;
  };

  edit({param("Args", "lr.$ü/%", "0.1"), param("General", "x", "1")}, "none");
  edit({param("Args", "batch", "8")}, "none");
  EXPECT_THAT(names("Args"), ElementsAre("lr.$ü/%", "batch"));
  EXPECT_EQ(task(id).at("hyperparams").at("Args").at("lr.$ü/%").at("value"), "0.1");

  edit({param("Args", "only", "1")}, "section");
  EXPECT_THAT(names("Args"), ElementsAre("only"));
  EXPECT_THAT(names("General"), ElementsAre("x"));

  edit({param("New", "y", "1")}, "all");
  EXPECT_THAT(names("Args"), ElementsAre());
  EXPECT_THAT(names("New"), ElementsAre("y"));

  const json::object read = ok("tasks.get_hyper_params", {{"tasks", {id}}});
  EXPECT_EQ(read.at("params").at(0).at("task"), id.c_str());
  EXPECT_EQ(read.at("params").at(0).at("hyperparams"), json::value(json::array{param("New", "y", "1")}));
}

TEST_F(TaskEdit, hyperparameters_are_deleted_by_name_or_by_section) {
  const std::string id = new_task();
  ok("tasks.edit_hyper_params",
     {{"task", id}, {"hyperparams", json::array{param("A", "x", "1"), param("A", "y", "1"), param("B", "z", "1")}}});

  EXPECT_EQ(ok("tasks.delete_hyper_params",
               {{"task", id}, {"hyperparams", json::array{{{"section", "A"}, {"name", "x"}}, {{"section", "B"}}}}})
                .at("deleted"),
            1);

  EXPECT_EQ(task(id).at("hyperparams"), json::value({{"A", {{"y", param("A", "y", "1")}}}}));
}

TEST_F(TaskEdit, parts_of_a_draft_are_edited_with_force_also_while_it_runs_and_then_never) {
  const std::string id = new_task();
  const json::array items{param("Args", "x", "1")};
  const json::array properties{param("properties", "x", "1")};
  const json::array configuration{{{"name", "c"}, {"value", "v"}}};

  set_status(id, "in_progress");
  EXPECT_EQ(refused("tasks.edit_hyper_params", {{"task", id}, {"hyperparams", items}}), "400/110");
  EXPECT_EQ(refused("tasks.edit_hyper_params", {{"task", id}, {"hyperparams", items}, {"force", true}}), "ok");
  EXPECT_EQ(refused("tasks.edit_configuration", {{"task", id}, {"configuration", configuration}}), "400/110");
  set_status(id, "completed");
  EXPECT_EQ(refused("tasks.edit_hyper_params", {{"task", id}, {"hyperparams", items}, {"force", true}}), "400/110");
  EXPECT_EQ(refused("tasks.edit_hyper_params", {{"task", id}, {"hyperparams", properties}}), "ok");
  EXPECT_EQ(refused("tasks.edit_configuration", {{"task", id}, {"configuration", configuration}, {"force", true}}),
            "400/110");
  EXPECT_EQ(refused("tasks.add_or_update_artifacts", {{"task", id}, {"artifacts", json::array()}}), "400/110");
}

TEST_F(TaskEdit, configurations_are_listed_edited_and_deleted) {
  const std::string id =
      new_task({{"configuration", {{"empty", {{"value", ""}}}, {"net", {{"value", "layers = 3"}}}}}});
  const auto names = [&](bool skip_empty) {
    return ok("tasks.get_configuration_names", {{"tasks", {id}}, {"skip_empty", skip_empty}})
        .at("configurations")
        .at(0)
        .at("names");
  };

  EXPECT_EQ(names(true), json::array({"net"}));
  EXPECT_EQ(names(false), json::array({"empty", "net"}));
  ok("tasks.edit_configuration", {{"task", id}, {"configuration", json::array{{{"name", "more"}, {"value", "1"}}}}});
  ok("tasks.delete_configuration", {{"task", id}, {"configuration", {"empty"}}});
  EXPECT_EQ(names(false), json::array({"more", "net"}));
  const json::object read = ok("tasks.get_configurations", {{"tasks", {id}}, {"names", {"net"}}});
  EXPECT_EQ(read.at("configurations").at(0).at("configuration"),
            json::value(json::array{{{"value", "layers = 3"}, {"name", "net"}}}));
}

TEST_F(TaskEdit, an_artifact_is_known_by_key_and_mode) {
  const std::string id = new_task();
  ok("tasks.started", {{"task", id}});
  const auto add = [&](json::object artifact) {
    ok("tasks.add_or_update_artifacts", {{"task", id}, {"artifacts", json::array{std::move(artifact)}}});
  };

  add({{"key", "data"}, {"type", "csv"}, {"uri", "u1"}});
  add({{"key", "data"}, {"type", "csv"}, {"uri", "u2"}});
  add({{"key", "data"}, {"type", "csv"}, {"uri", "u3"}, {"mode", "input"}});
  const json::array both = task(id).at("execution").at("artifacts").as_array();
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both.at(0).at("uri"), "u2");

  ok("tasks.delete_artifacts", {{"task", id}, {"artifacts", json::array{{{"key", "data"}}}}});
  const json::array left = task(id).at("execution").at("artifacts").as_array();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.at(0).at("uri"), "u3");
}

TEST_F(TaskEdit, models_are_added_by_name_and_raise_the_iteration) {
  const std::string id = new_task();
  const std::string model = random_id();
  put(store::Kind::model, {{"id", model}, {"name", "net"}, {"company", me.company.str()}});
  const json::object add{{"task", id}, {"name", "net"}, {"model", model}, {"type", "output"}, {"iteration", 7}};

  ok("tasks.add_or_update_model", add);
  ok("tasks.add_or_update_model", add);

  EXPECT_EQ(task(id).at("models").at("output"), json::value(json::array{{{"name", "net"}, {"model", model}}}));
  EXPECT_EQ(task(id).at("last_iteration"), 7);
  EXPECT_EQ(refused("tasks.add_or_update_model", {{"task", id}, {"name", "n"}, {"model", "x"}, {"type", "input"}}),
            "400/201");
  ok("tasks.delete_models", {{"task", id}, {"models", json::array{{{"name", "net"}, {"type", "output"}}}}});
  EXPECT_EQ(task(id).at("models").at("output"), json::array());
}

TEST_F(TaskEdit, moving_makes_the_project_that_is_named) {
  const std::string a = new_task(), b = new_task();

  const json::object reply = ok("tasks.move", {{"ids", {a, b}}, {"project_name", "vision/detectors"}});

  EXPECT_EQ(task(a).at("project"), reply.at("project_id"));
  const json::object project = *stored(store::Kind::project, reply.at("project_id").as_string());
  EXPECT_EQ(project.at("name"), "vision/detectors");
  EXPECT_EQ(stored(store::Kind::project, project.at("parent").as_string())->at("name"), "vision");
  EXPECT_EQ(refused("tasks.move", {{"ids", {a}}, {"project", "none"}}), "400/401");
  EXPECT_EQ(refused("tasks.move", {{"ids", {a}}, {"project_name", "a//b"}}), "400/407");
}

TEST_F(TaskEdit, get_by_id_sends_the_stored_text_and_older_clients_get_their_shape) {
  const std::string id = new_task({{"tags", {"mine"}},
                                   {"system_tags", {"archived"}},
                                   {"hyperparams", {{"Args", {{"lr", {{"value", "1"}, {"type", "legacy"}}}}}}},
                                   {"models", {{"input", json::array{{{"name", "i"}, {"model", "m1"}}}}}}});

  const auto newest = call("tasks.get_by_id", {{"task", id}});
  ASSERT_TRUE(newest);
  EXPECT_FALSE(newest->raw_data.empty());
  const auto at = [&](ApiVersion version) {
    return ok("tasks.get_by_id", {{"task", id}}, version).at("task").as_object();
  };

  EXPECT_EQ(at({2, 1}).at("tags"), json::array({"archived", "mine"}));
  EXPECT_EQ(at({2, 1}).at("execution").at("parameters"), json::value({{"lr", "1"}}));
  EXPECT_EQ(at({2, 12}).at("execution").at("model"), "m1");
  EXPECT_EQ(at({2, 12}).at("tags"), json::array({"mine"}));
  EXPECT_FALSE(at({2, 13}).at("execution").as_object().contains("model"));
}

TEST_F(TaskEdit, what_older_clients_send_is_stored_in_the_newest_shape) {
  const json::object old{{"name", "old one"},
                         {"type", "training"},
                         {"tags", {"archived", "-development", "mine"}},
                         {"execution", {{"parameters", {{"lr", 1}, {"TF_DEFINE/x", "y"}}}, {"model", "m1"}}}};

  const std::string id(ok("tasks.create", old, {2, 1}).at("id").as_string());

  const json::object made = task(id);
  EXPECT_EQ(made.at("tags"), json::array({"mine"}));
  EXPECT_EQ(made.at("system_tags"), json::array({"-development", "archived"}));
  EXPECT_EQ(made.at("hyperparams").at("Args").at("lr").at("value"), "1");
  EXPECT_EQ(made.at("hyperparams").at("TF_DEFINE").at("x").at("value"), "y");
  EXPECT_EQ(made.at("models").at("input").at(0).at("model"), "m1");
  EXPECT_FALSE(made.at("execution").as_object().contains("parameters"));
}

}  // namespace
}  // namespace jarvis::server
