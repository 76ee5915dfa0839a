#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;

class Models : public TaskFixture {
 protected:
  std::string new_model(json::object body = {}) {
    if (!body.contains("name")) body["name"] = "a model";
    body["uri"] = "http://files/x";
    return std::string(ok("models.create", std::move(body)).at("id").get_string());
  }
  json::object model(std::string_view id) { return ok("models.get_by_id", {{"model", id}}).at("model").as_object(); }
  std::vector<std::string> names(json::object body, std::string_view endpoint = "models.get_all_ex") {
    std::vector<std::string> out;
    const json::object reply = ok(endpoint, std::move(body));
    for (const json::value& item : reply.at("models").as_array())
      out.emplace_back(item.at("name").as_string());
    return out;
  }
};

TEST_F(Models, are_found_by_what_is_known_of_them) {
  const std::string maker = new_task();
  new_model({{"name", "net"}, {"framework", "PyTorch"}, {"ready", false}, {"task", maker}, {"tags", {"a"}}});
  const std::string other = new_model({{"name", "tree"}, {"framework", "XGBoost"}, {"ready", true}});

  EXPECT_THAT(names({{"ready", true}}), ElementsAre("tree"));
  EXPECT_THAT(names({{"task", {maker}}}), ElementsAre("net"));
  EXPECT_THAT(names({{"tags", {"a"}}}, "models.get_all"), ElementsAre("net"));
  EXPECT_THAT(names({{"id", {other}}}, "models.get_by_id_ex"), ElementsAre("tree"));
  EXPECT_EQ(refused("models.get_by_id_ex", {}), "400/12");
  EXPECT_EQ(ok("models.get_by_task_id", {{"task", maker}}).at("model").at("name"), "net");
  EXPECT_EQ(ok("models.get_frameworks").at("frameworks"), json::array({"PyTorch", "XGBoost"}));
  EXPECT_EQ(ok("models.get_frameworks", {{"projects", {"none"}}}).at("frameworks"), json::array());
}

TEST_F(Models, are_edited_and_tagged) {
  const std::string id = new_model({{"tags", {"a", "b"}}});

  EXPECT_EQ(ok("models.edit", {{"model", id}, {"name", "better"}, {"labels", {{"cat", 1}}}}).at("updated"), 1);
  EXPECT_EQ(ok("models.update", {{"model", id}, {"comment", "c"}}).at("fields").at("comment"), "c");
  EXPECT_EQ(ok("models.update_tags", {{"ids", {id}}, {"add_tags", {"c"}}, {"remove_tags", {"a"}}}).at("updated"), 1);

  EXPECT_EQ(model(id).at("name"), "better");
  EXPECT_EQ(model(id).at("tags"), json::array({"b", "c"}));
  EXPECT_EQ(refused("models.edit", {{"model", "none"}, {"name", "abc"}}), "400/201");
}

TEST_F(Models, belong_to_the_task_that_updates_them) {
  const std::string maker = new_task({{"name", "train"}});

  const json::object first = ok("models.update_for_task", {{"task", maker}, {"uri", "http://f/1"}, {"iteration", 7}});
  const json::object again = ok("models.update_for_task", {{"task", maker}, {"uri", "http://f/1"}, {"iteration", 3}});

  EXPECT_EQ(first.at("created"), true);
  EXPECT_EQ(again.at("updated"), 1);
  EXPECT_EQ(again.at("id"), first.at("id"));
  EXPECT_EQ(task(maker).at("last_iteration"), 7);
  EXPECT_EQ(refused("models.update_for_task", {{"task", maker}}), "400/12");
}

// Clients of before 2.13 have no tasks.add_or_update_model: this is how they say what a task has made.
TEST_F(Models, that_update_a_task_are_its_output_the_latest_last) {
  const std::string maker = new_task({{"name", "train"}});
  const std::string own = new_model({{"name", "net"}});
  const auto outputs = [&] {
    json::array out;
    const json::object now = task(maker);
    for (const json::value& item : now.at("models").at("output").as_array())
      out.push_back(item.at("model"));
    return out;
  };

  ok("models.update_for_task", {{"task", maker}, {"override_model_id", own}});
  const json::value made = ok("models.update_for_task", {{"task", maker}, {"uri", "http://f/1"}}).at("id");
  EXPECT_EQ(outputs(), json::array({json::value(own), made}));
  ok("models.update_for_task", {{"task", maker}, {"override_model_id", own}});

  EXPECT_EQ(outputs(), json::array({made, json::value(own)}));
  EXPECT_EQ(task(maker).at("models").at("output").at(1).at("name"), "net");
}

TEST_F(Models, publishing_one_publishes_the_task_that_made_it) {
  const std::string maker = new_task();
  set_status(maker, "completed");
  const std::string id = new_model({{"ready", false}, {"task", maker}});

  const json::object reply = ok("models.set_ready", {{"model", id}});

  EXPECT_EQ(reply.at("published_task").at("id"), json::value(maker));
  EXPECT_EQ(status(maker), "published");
  EXPECT_EQ(model(id).at("ready"), true);
  EXPECT_EQ(refused("models.set_ready", {{"model", id}}), "400/203");
}

TEST_F(Models, a_running_task_is_published_only_by_force) {
  const std::string maker = new_task();
  set_status(maker, "in_progress");
  const std::string first = new_model({{"ready", false}, {"task", maker}}),
                    second = new_model({{"ready", false}, {"task", maker}});

  EXPECT_EQ(refused("models.set_ready", {{"model", first}}), "400/110");
  ok("models.set_ready", {{"model", first}, {"publish_task", false}});
  EXPECT_EQ(status(maker), "in_progress");
  const json::object reply = ok("models.publish_many", {{"ids", {second, "none"}}, {"force_publish_task", true}});
  EXPECT_EQ(reply.at("succeeded").at(0).at("published_task").at("id"), json::value(maker));
  EXPECT_EQ(reply.at("failed").at(0).at("error").at("codes"), json::array({400, 201}));
  EXPECT_EQ(status(maker), "published");
}

TEST_F(Models, one_that_is_used_or_whose_maker_is_published_goes_by_force) {
  const std::string maker = new_task();
  const std::string id = new_model({{"task", maker}});
  const json::object input{{"models", {{"input", json::array{{{"name", "start"}, {"model", id}}}}}}};
  const std::string user = new_task(input), record = new_task(input);
  set_status(record, "published");

  EXPECT_EQ(refused("models.delete", {{"model", id}}), "400/205");
  const json::object reply = ok("models.delete", {{"model", id}, {"force", true}});

  EXPECT_EQ(reply.at("url"), "http://files/x");
  EXPECT_EQ(task(user).at("models").at("input"), json::array());
  EXPECT_EQ(task(record).at("models").at("input").at(0).at("model"), json::value("__DELETED__" + id));

  const std::string published = new_model({{"task", record}});
  const std::string free = new_model();
  const json::object many = ok("models.delete_many", {{"ids", {published, free}}});
  EXPECT_EQ(many.at("failed").at(0).at("error").at("codes"), json::array({400, 206}));
  EXPECT_EQ(many.at("succeeded").at(0).at("deleted"), true);
}

TEST_F(Models, move_to_a_project_by_id_name_or_out_of_any) {
  const std::string id = new_model();

  const json::object reply = ok("models.move", {{"ids", {id}}, {"project_name", "vision/best"}});
  EXPECT_EQ(model(id).at("project"), reply.at("project_id"));
  ok("models.move", {{"ids", {id}}, {"project", nullptr}});
  EXPECT_TRUE(model(id).at("project").is_null());
  EXPECT_EQ(refused("models.move", {{"ids", {id}}}), "400/12");
  EXPECT_EQ(refused("models.move", {{"ids", {id}}, {"project", "none"}}), "400/401");
}

TEST_F(Models, are_archived_and_restored) {
  const std::string id = new_model();

  EXPECT_EQ(ok("models.archive_many", {{"ids", {id}}}).at("succeeded").at(0).at("archived"), true);
  EXPECT_EQ(model(id).at("system_tags"), json::array({"archived"}));
  EXPECT_EQ(ok("models.unarchive_many", {{"ids", {id}}}).at("succeeded").at(0).at("unarchived"), true);
  EXPECT_EQ(model(id).at("system_tags"), json::array());
}

TEST_F(Models, are_final_when_nobody_says_otherwise) {
  EXPECT_EQ(model(new_model()).at("ready"), true);
  EXPECT_EQ(model(new_model({{"ready", false}})).at("ready"), false);
}

TEST_F(Models, metadata_is_a_list_for_clients_of_before_2_17) {
  const std::string maker = new_task();
  const json::object item{{"key", "a.b"}, {"type", "int"}, {"value", "1"}};
  const std::string id = new_model({{"metadata", json::array{item}}, {"task", maker}});
  const json::array list{item};

  EXPECT_EQ(model(id).at("metadata"), json::value(json::object{{"a.b", item}}));
  const ApiVersion old{2, 13};
  EXPECT_EQ(ok("models.get_by_id", {{"model", id}}, old).at("model").at("metadata"), json::value(list));
  EXPECT_EQ(ok("models.get_by_task_id", {{"task", maker}}, old).at("model").at("metadata"), json::value(list));
  EXPECT_EQ(ok("models.get_all", {}, {2, 16}).at("models").at(0).at("metadata"), json::value(list));
  EXPECT_EQ(ok("models.get_all_ex", {{"only_fields", {"metadata"}}}, old).at("models").at(0).at("metadata"),
            json::value(list));
}

TEST_F(Models, metadata_is_added_replaced_and_deleted_by_key) {
  const std::string id = new_model();
  const auto item = [](const char* key, const char* value) {
    return json::array{{{"key", key}, {"type", "str"}, {"value", value}}};
  };

  ok("models.add_or_update_metadata", {{"model", id}, {"metadata", item("a.b", "1")}});
  ok("models.add_or_update_metadata", {{"model", id}, {"metadata", item("c", "2")}});
  EXPECT_THAT(names({{"metadata.a%2Eb.value", {"1"}}}), ElementsAre("a model"));
  ok("models.delete_metadata", {{"model", id}, {"keys", {"a.b"}}});
  EXPECT_EQ(model(id).at("metadata").as_object().size(), 1U);
  ok("models.add_or_update_metadata", {{"model", id}, {"metadata", item("d", "3")}, {"replace_metadata", true}});
  EXPECT_TRUE(model(id).at("metadata").as_object().contains("d"));
  EXPECT_EQ(model(id).at("metadata").as_object().size(), 1U);
}

TEST_F(Models, public_ones_are_read_by_all_and_changed_by_nobody) {
  const std::string id = new_model();
  EXPECT_EQ(ok("models.make_public", {{"ids", {id}}}).at("updated"), 1);

  EXPECT_EQ(model(id).at("name"), "a model");
  EXPECT_EQ(refused("models.edit", {{"model", id}, {"comment", "c"}}), "400/201");
  const Identity owner = me;
  me.company = CompanyId::random();
  EXPECT_EQ(model(id).at("name"), "a model");
  EXPECT_EQ(refused("models.make_private", {{"ids", {id}}}), "400/201");
  me = owner;
  EXPECT_EQ(ok("models.make_private", {{"ids", {id}}}).at("updated"), 1);
  ok("models.edit", {{"model", id}, {"comment", "c"}});
}

}  // namespace
}  // namespace jarvis::server
