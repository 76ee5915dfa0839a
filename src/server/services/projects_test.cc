#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Projects : public TaskFixture {
 protected:
  std::string new_project(std::string_view name, json::object body = {}) {
    body["name"] = name;
    return std::string(ok("projects.create", std::move(body)).at("id").get_string());
  }
  json::object project(std::string_view id) {
    return ok("projects.get_by_id", {{"project", id}}).at("project").as_object();
  }
  std::string task_in(std::string_view project, json::object body = {}) {
    body["project"] = project;
    return new_task(std::move(body));
  }
  std::string model_in(std::string_view project, json::object body = {}) {
    body["project"] = project;
    if (!body.contains("name")) body["name"] = "a model";
    body["uri"] = "http://files/x";
    return std::string(ok("models.create", std::move(body)).at("id").get_string());
  }
  std::vector<std::string> names(json::object body, std::string_view endpoint = "projects.get_all_ex") {
    std::vector<std::string> out;
    const json::object reply = ok(endpoint, std::move(body));
    for (const json::value& item : reply.at("projects").as_array())
      out.emplace_back(item.at("name").as_string());
    return out;
  }
  json::object with_stats(std::string_view id, json::object body = {}) {
    body["id"] = json::array{id};
    body["include_stats"] = true;
    return ok("projects.get_all_ex", std::move(body)).at("projects").at(0).as_object();
  }
};

TEST_F(Projects, are_made_with_their_parents_and_only_once) {
  const std::string leaf = new_project("vision/detectors/yolo", {{"description", "d"}, {"tags", {"b", "a"}}});

  EXPECT_EQ(project(leaf).at("basename"), "yolo");
  EXPECT_EQ(project(leaf).at("description"), "d");
  EXPECT_EQ(project(leaf).at("tags"), json::array({"a", "b"}));
  EXPECT_THAT(names({}), ElementsAre("vision", "vision/detectors", "vision/detectors/yolo"));
  EXPECT_EQ(refused("projects.create", {{"name", "vision/detectors"}}), "400/801");
  EXPECT_EQ(refused("projects.create", {{"name", "vision//yolo"}}), "400/407");
  EXPECT_EQ(refused("projects.create", {{"name", "one/2/3/4/5/6/7/8/9/10/11"}}), "400/409");
}

TEST_F(Projects, shallow_search_sees_the_first_level_or_the_children_of_a_parent) {
  const std::string top = new_project("vision");
  new_project("vision/detectors/yolo");

  EXPECT_THAT(names({{"shallow_search", true}}), ElementsAre("vision"));
  EXPECT_THAT(names({{"shallow_search", true}, {"parent", {top}}}), ElementsAre("vision/detectors"));
  EXPECT_THAT(names({{"shallow_search", true}}, "projects.get_all"), ElementsAre("vision"));
}

TEST_F(Projects, stats_count_the_tasks_of_the_project_and_of_all_below_it) {
  const std::string top = new_project("vision"), below = new_project("vision/yolo");
  const std::string running = task_in(top), done = task_in(below);
  task_in(below, {{"system_tags", {"archived"}}});
  ok("tasks.started", {{"task", running}});
  ok("tasks.started", {{"task", done}});
  clock.advance(std::chrono::seconds(90));
  ok("tasks.completed", {{"task", done}});

  const json::object all = with_stats(top);
  const json::object& active = all.at("stats").at("active").as_object();
  EXPECT_EQ(active.at("total_tasks"), 2);
  EXPECT_EQ(active.at("total_runtime"), 90);
  EXPECT_EQ(active.at("completed_tasks_24h"), 1);
  EXPECT_EQ(active.at("status_count").at("in_progress"), 1);
  EXPECT_EQ(active.at("status_count").at("completed"), 1);
  EXPECT_EQ(active.at("status_count").at("queued"), 0);
  EXPECT_FALSE(all.at("stats").as_object().contains("archived"));
  EXPECT_EQ(all.at("sub_projects"), json::value(json::array{{{"id", below}, {"name", "vision/yolo"}}}));
  EXPECT_FALSE(ok("projects.get_all_ex", {{"id", {top}}}).at("projects").at(0).as_object().contains("stats"));

  EXPECT_EQ(with_stats(top, {{"stats_with_children", false}}).at("stats").at("active").at("total_tasks"), 1);
  EXPECT_EQ(with_stats(top, {{"stats_for_state", "archived"}}).at("stats").at("archived").at("total_tasks"), 1);
  EXPECT_EQ(with_stats(top, {{"include_stats_filter", {{"status", {"completed"}}}}})
                .at("stats")
                .at("active")
                .at("total_tasks"),
            1);

  clock.advance(std::chrono::hours(25));
  EXPECT_EQ(with_stats(top).at("stats").at("active").at("completed_tasks_24h"), 0);
}

TEST_F(Projects, the_last_change_of_a_status_is_a_change_of_the_project) {
  const std::string id = new_project("vision"), task_id = task_in(id);
  clock.advance(std::chrono::seconds(5));
  ok("tasks.started", {{"task", task_id}});

  EXPECT_EQ(project(id).at("last_update"), json::value(to_iso(clock.wall())));
}

TEST_F(Projects, own_contents_are_counted_without_children) {
  const std::string top = new_project("vision"), below = new_project("vision/yolo");
  task_in(top);
  task_in(below);
  model_in(below);

  const json::object counted =
      ok("projects.get_by_id_ex", {{"id", {top}}, {"check_own_contents", true}}).at("projects").at(0).as_object();
  EXPECT_EQ(counted.at("own_tasks"), 1);
  EXPECT_EQ(counted.at("own_models"), 0);
  EXPECT_EQ(refused("projects.get_by_id_ex", {}), "400/12");
}

TEST_F(Projects, can_be_asked_for_by_the_people_at_work_and_by_what_is_in_them) {
  new_project("empty");
  const std::string mine = new_project("group/mine"), data = new_project("group/.datasets/numbers");
  ok("projects.update", {{"project", data}, {"system_tags", {"dataset", "hidden"}}, {"tags", {"v1"}}});
  const std::string other = UserId::random().str();
  json::object task_of_other = stored(store::Kind::task, task_in(mine)).value();
  task_of_other["user"] = other;
  put(store::Kind::task, task_of_other);
  task_in(data, {{"type", "data_processing"},
                 {"system_tags", {"dataset"}},
                 {"runtime", {{"ds_file_count", 7}, {"ds_total_size", 100}}}});

  EXPECT_THAT(names({{"active_users", {other}}}), ElementsAre("group", "group/mine"));
  EXPECT_THAT(names({{"children_type", "dataset"}}), ElementsAre("group"));
  EXPECT_THAT(names({{"children_type", "dataset"}, {"children_tags", {"v2"}}}), IsEmpty());
  EXPECT_EQ(ok("projects.get_all_ex", {{"children_type", "dataset"}, {"include_stats", true}})
                .at("projects")
                .at(0)
                .at("stats")
                .at("datasets"),
            json::value({{"count", 1}, {"tags", {"v1"}}}));
  EXPECT_EQ(ok("projects.get_all_ex", {{"id", {data}}, {"include_dataset_stats", true}})
                .at("projects")
                .at(0)
                .at("dataset_stats"),
            json::value({{"file_count", 7}, {"total_size", 100}}));
  EXPECT_EQ(refused("projects.get_all_ex", {{"children_type", "cats"}}), "400/12");
}

TEST_F(Projects, hidden_ones_are_seen_by_who_asks_for_them) {
  const std::string hidden = new_project("vision/.pipelines/train");
  const std::string tagged = new_project("secret", {{"system_tags", {"hidden"}}});

  EXPECT_THAT(names({}), ElementsAre("vision"));
  EXPECT_THAT(names({{"search_hidden", true}}),
              ElementsAre("secret", "vision", "vision/.pipelines", "vision/.pipelines/train"));
  EXPECT_THAT(names({{"id", {hidden, tagged}}}), UnorderedElementsAre("vision/.pipelines/train", "secret"));
}

TEST_F(Projects, are_renamed_in_their_place_with_all_below_them) {
  const std::string top = new_project("vision"), below = new_project("vision/yolo/v8");

  EXPECT_EQ(ok("projects.update", {{"project", top}, {"name", "sight"}, {"description", "x"}}).at("fields").at("name"),
            "sight");

  EXPECT_EQ(project(below).at("name"), "sight/yolo/v8");
  EXPECT_EQ(project(top).at("description"), "x");
  EXPECT_EQ(refused("projects.update", {{"project", top}, {"name", "other/sight"}}), "400/408");
  EXPECT_EQ(refused("projects.update", {{"project", "none"}, {"name", "abc"}}), "400/401");
}

TEST_F(Projects, move_under_another_place) {
  const std::string top = new_project("vision"), below = new_project("vision/yolo/v8");

  EXPECT_EQ(ok("projects.move", {{"project", top}, {"new_location", "archive/old"}}).at("moved"), 3);

  EXPECT_EQ(project(below).at("name"), "archive/old/vision/yolo/v8");
  EXPECT_EQ(project(top).at("parent"),
            json::value(ok("projects.get_all", {{"name", "^archive/old$"}}).at("projects").at(0).at("id")));
  EXPECT_EQ(refused("projects.move", {{"project", top}, {"new_location", "archive/old/vision/yolo"}}), "400/411");
  EXPECT_EQ(refused("projects.move", {{"project", top}, {"new_location", "archive/old"}}), "400/410");
  ok("projects.move", {{"project", top}, {"new_location", ""}});
  EXPECT_EQ(project(below).at("name"), "vision/yolo/v8");
}

TEST_F(Projects, merge_into_another_one) {
  const std::string from = new_project("old"), child = new_project("old/child"), to = new_project("new");
  const std::string id = task_in(from), model = model_in(from);

  const json::object reply = ok("projects.merge", {{"project", from}, {"destination_project", to}});

  EXPECT_EQ(reply.at("moved_entities"), 2);
  EXPECT_EQ(reply.at("moved_projects"), 1);
  EXPECT_EQ(task(id).at("project"), json::value(to));
  EXPECT_EQ(stored(store::Kind::model, model)->at("project"), json::value(to));
  EXPECT_EQ(project(child).at("name"), "new/child");
  EXPECT_EQ(refused("projects.get_by_id", {{"project", from}}), "400/401");
  EXPECT_EQ(refused("projects.merge", {{"project", to}, {"destination_project", child}}), "400/412");
}

TEST_F(Projects, deleting_one_says_what_stands_in_its_way) {
  const std::string top = new_project("vision"), below = new_project("vision/yolo");
  const std::string id = task_in(below);
  task_in(below, {{"system_tags", {"archived"}}});
  const std::string model = model_in(top);

  const json::object counted = ok("projects.validate_delete", {{"project", top}});
  EXPECT_EQ(counted.at("tasks"), 2);
  EXPECT_EQ(counted.at("non_archived_tasks"), 1);
  EXPECT_EQ(counted.at("models"), 1);
  EXPECT_EQ(counted.at("sub_projects"), 1);
  EXPECT_EQ(refused("projects.delete", {{"project", top}}), "400/402");

  const json::object reply = ok("projects.delete", {{"project", top}, {"force", true}});
  EXPECT_EQ(reply.at("deleted"), 2);
  EXPECT_EQ(reply.at("disassociated_tasks"), 2);
  EXPECT_TRUE(task(id).at("project").is_null());
  EXPECT_TRUE(stored(store::Kind::model, model)->at("project").is_null());
}

TEST_F(Projects, models_datasets_and_pipelines_stand_in_the_way_under_their_own_codes) {
  const std::string models = new_project("models"), data = new_project("data/.datasets/x"),
                    runs = new_project("runs/.pipelines/x");
  model_in(models);
  task_in(data, {{"system_tags", {"dataset"}}, {"type", "data_processing"}});
  task_in(runs, {{"system_tags", {"pipeline"}}, {"type", "controller"}});

  EXPECT_EQ(refused("projects.delete", {{"project", models}}), "400/405");
  EXPECT_EQ(refused("projects.delete", {{"project", data}}), "400/406");
  EXPECT_EQ(refused("projects.delete", {{"project", runs}}), "400/413");
}

TEST_F(Projects, delete_contents_takes_tasks_and_models_along) {
  const std::string top = new_project("vision");
  const std::string id = task_in(top), model = model_in(top);

  const json::object reply = ok("projects.delete", {{"project", top}, {"force", true}, {"delete_contents", true}});

  EXPECT_EQ(reply.at("deleted_tasks"), 1);
  EXPECT_EQ(reply.at("deleted_models"), 1);
  EXPECT_EQ(reply.at("urls").at("model_urls"), json::array({"http://files/x"}));
  EXPECT_EQ(refused("tasks.get_by_id", {{"task", id}}), "400/101");
  EXPECT_FALSE(stored(store::Kind::model, model));
}

TEST_F(Projects, tags_are_listed_by_project_and_kind) {
  const std::string top = new_project("vision", {{"tags", {"p"}}}), below = new_project("vision/yolo"),
                    other = new_project("other");
  task_in(below, {{"tags", {"t1", "t0"}}, {"system_tags", {"archived"}}});
  task_in(other, {{"tags", {"t2"}}});
  model_in(below, {{"tags", {"m"}}});

  EXPECT_EQ(ok("projects.get_task_tags"), json::object({{"tags", {"t0", "t1", "t2"}}}));
  EXPECT_EQ(ok("projects.get_task_tags", {{"projects", {top}}, {"include_system", true}}),
            json::object({{"tags", {"t0", "t1"}}, {"system_tags", {"archived"}}}));
  EXPECT_EQ(ok("projects.get_task_tags", {{"filter", {{"system_tags", {"-archived"}}}}}).at("tags"),
            json::array({"t2"}));
  EXPECT_EQ(ok("projects.get_model_tags").at("tags"), json::array({"m"}));
  EXPECT_EQ(ok("projects.get_project_tags").at("tags"), json::array({"p"}));
  EXPECT_EQ(ok("organization.get_tags").at("tags"), json::array({"m", "p", "t0", "t1", "t2"}));
}

TEST_F(Projects, tags_are_added_and_removed_one_by_one) {
  const std::string id = new_project("vision", {{"tags", {"a", "b"}}});

  EXPECT_EQ(ok("projects.update_tags", {{"ids", {id}}, {"add_tags", {"c", "a"}}, {"remove_tags", {"b"}}}).at("updated"),
            1);

  EXPECT_EQ(project(id).at("tags"), json::array({"a", "c"}));
  EXPECT_EQ(refused("projects.update_tags", {{"ids", {id}}, {"add_tags", {"__$all"}}}), "400/16");
}

TEST_F(Projects, parents_and_people_are_listed_by_name) {
  const std::string top = new_project("vision");
  const std::string zebra = task_in(top, {{"name", "zebra"}}), ant = task_in(top, {{"name", "ant"}});
  task_in(top, {{"parent", zebra}});
  task_in(top, {{"parent", ant}, {"system_tags", {"archived"}}});

  const json::object all = ok("projects.get_task_parents", {{"projects", {top}}});
  EXPECT_EQ(all.at("parents").at(0).at("name"), "ant");
  EXPECT_EQ(all.at("parents").at(1).at("project"), json::value({{"id", top}, {"name", "vision"}}));
  EXPECT_EQ(ok("projects.get_task_parents", {{"tasks_state", "active"}}).at("parents").as_array().size(), 1U);
  EXPECT_EQ(ok("projects.get_user_names", {{"projects", {top}}}),
            json::object({{"users", json::array{{{"id", me.user.str()}, {"name", "admin"}}}}}));
  EXPECT_EQ(ok("projects.get_user_names", {{"entity", "model"}}).at("users"), json::array());
}

TEST_F(Projects, many_parents_are_all_listed) {
  const std::string top = new_project("vision");
  const int parents = 501;  // more than are looked up at once
  for (int i = 0; i < parents; ++i)
    task_in(top, {{"parent", task_in(top, {{"name", "parent " + std::to_string(1000 + i)}})}});

  const json::object reply = ok("projects.get_task_parents", {{"projects", {top}}});

  const json::array& listed = reply.at("parents").as_array();
  ASSERT_EQ(listed.size(), parents);
  EXPECT_EQ(listed.front().at("name"), "parent 1000");
  EXPECT_EQ(listed.back().at("name"), "parent 1500");
  EXPECT_EQ(ok("projects.get_task_parents", {{"projects", {"none"}}}).at("parents"), json::array());
}

TEST_F(Projects, metrics_and_parameters_are_listed_with_those_of_projects_below) {
  const std::string top = new_project("vision"), below = new_project("vision/yolo");
  json::object reported = stored(store::Kind::task, task_in(below)).value();
  reported["last_metrics"] = {{"h1", {{"h2", {{"metric", "loss"}, {"variant", "train"}, {"value", 1}}}}}};
  reported["hyperparams"] = {{"Args", {{"lr.\"x\"", {{"value", "0.1"}}}}}};
  put(store::Kind::task, reported);
  task_in(below, {{"hyperparams", {{"Args", {{"lr.\"x\"", {{"value", "0.2"}}}, {"momentum", {{"value", "0.9"}}}}}}}});

  EXPECT_EQ(ok("projects.get_unique_metric_variants", {{"project", top}}).at("metrics"),
            json::value(json::array{
                {{"metric", "loss"}, {"metric_hash", "h1"}, {"variant", "train"}, {"variant_hash", "h2"}}}));
  EXPECT_EQ(ok("projects.get_unique_metric_variants", {{"project", top}, {"include_subprojects", false}}).at("metrics"),
            json::array());
  const json::object names = ok("projects.get_hyper_parameters", {{"project", top}, {"page_size", 1}});
  EXPECT_EQ(names.at("parameters"), json::value(json::array{{{"section", "Args"}, {"name", "lr.\"x\""}}}));
  EXPECT_EQ(names.at("total"), 2);
  EXPECT_EQ(names.at("remaining"), 1);
  const json::object values =
      ok("projects.get_hyperparam_values", {{"projects", {top}}, {"section", "Args"}, {"name", "lr.\"x\""}});
  EXPECT_EQ(values, json::object({{"total", 2}, {"values", {"0.1", "0.2"}}}));
}

TEST_F(Projects, metadata_of_models_is_listed_by_key_and_value) {
  const std::string top = new_project("vision");
  model_in(top, {{"metadata", json::array{{{"key", "size"}, {"type", "str"}, {"value", "small"}}}}});
  model_in(top, {{"metadata", json::array{{{"key", "size"}, {"type", "str"}, {"value", "big"}}}}});

  EXPECT_EQ(ok("projects.get_model_metadata_keys", {{"project", top}}).at("keys"), json::array({"size"}));
  EXPECT_EQ(ok("projects.get_model_metadata_keys").at("keys"), json::array({"size"}));
  EXPECT_EQ(ok("projects.get_model_metadata_values", {{"key", "size"}}).at("values"), json::array({"big", "small"}));
  EXPECT_EQ(ok("projects.get_model_metadata_values", {{"key", "none"}}).at("total"), 0);
}

TEST_F(Projects, public_ones_are_everybodys_to_read_and_nobodys_to_change) {
  const std::string id = new_project("examples"), task_id = task_in(id);
  ok("projects.make_public", {{"ids", {id}}});
  ok("tasks.make_public", {{"ids", {task_id}}});
  const Identity owner = me;
  me.company = CompanyId::random();

  EXPECT_EQ(project(id).at("name"), "examples");
  EXPECT_THAT(names({}), ElementsAre("examples"));
  EXPECT_THAT(names({{"non_public", true}}), IsEmpty());
  EXPECT_THAT(names({{"allow_public", false}}), IsEmpty());
  EXPECT_EQ(refused("projects.update", {{"project", id}, {"description", "mine"}}), "403/21");
  EXPECT_EQ(refused("projects.create", {{"name", "examples"}}), "400/414");
  EXPECT_EQ(refused("projects.create", {{"name", "examples/mine"}}), "400/414");
  EXPECT_EQ(refused("projects.make_private", {{"ids", {id}}}), "400/401");
  EXPECT_EQ(refused("tasks.make_private", {{"ids", {task_id}}}), "400/101");
  EXPECT_EQ(refused("tasks.edit", {{"task", task_id}, {"comment", "mine"}}), "403/21");

  me = owner;
  EXPECT_EQ(ok("projects.make_private", {{"ids", {id}}}).at("updated"), 1);
  EXPECT_EQ(ok("tasks.make_private", {{"ids", {task_id}}}).at("updated"), 1);
  ok("projects.update", {{"project", id}, {"description", "mine"}});
}

}  // namespace
}  // namespace jarvis::server
