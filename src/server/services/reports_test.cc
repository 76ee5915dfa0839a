#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Reports : public TaskFixture {
 protected:
  std::string project = std::string(ok("projects.create", {{"name", "vision"}}).at("id").get_string());

  std::string new_report(std::string_view name, json::object body = {}) {
    body["name"] = name;
    return std::string(ok("reports.create", std::move(body)).at("id").get_string());
  }
  std::vector<std::string> names(json::object body) {
    body["order_by"] = json::array{"name"};
    std::vector<std::string> out;
    const json::object reply = ok("reports.get_all_ex", std::move(body));
    for (const json::value& item : reply.at("tasks").as_array())
      out.emplace_back(item.at("name").as_string());
    return out;
  }
  std::vector<std::string> project_names() {
    std::vector<std::string> out;
    const json::object reply = ok("projects.get_all", {{"search_hidden", true}});
    for (const json::value& item : reply.at("projects").as_array())
      out.emplace_back(item.at("name").as_string());
    return out;
  }
};

TEST_F(Reports, live_in_a_hidden_project_of_their_own) {
  const json::object made = ok("reports.create", {{"name", "weekly"},
                                                  {"project", project},
                                                  {"report", "# Text"},
                                                  {"report_assets", {"http://files/a.png"}},
                                                  {"comment", "c"},
                                                  {"tags", {"b", "a"}}});

  const json::object report = task(made.at("id").get_string());
  EXPECT_EQ(report.at("type"), "report");
  EXPECT_EQ(report.at("report"), "# Text");
  EXPECT_EQ(report.at("report_assets"), json::array({"http://files/a.png"}));
  EXPECT_EQ(report.at("tags"), json::array({"a", "b"}));
  EXPECT_EQ(report.at("project"), made.at("project_id"));
  EXPECT_THAT(project_names(), ElementsAre("vision", "vision/.reports"));
  EXPECT_EQ(ok("projects.get_by_id", {{"project", made.at("project_id")}}).at("project").at("system_tags"),
            json::array({"hidden", "reports"}));
  EXPECT_EQ(ok("tasks.get_all").at("tasks"), json::array());
  EXPECT_EQ(ok("reports.get_tags"), json::object({{"tags", {"a", "b"}}}));
}

TEST_F(Reports, are_found_by_the_project_that_they_are_about) {
  const std::string below(ok("projects.create", {{"name", "vision/yolo"}}).at("id").get_string());
  new_report("of vision", {{"project", project}});
  new_report("of yolo", {{"project", below}});
  new_report("of none");
  new_task({{"name", "a task"}, {"project", project}});

  EXPECT_THAT(names({}), ElementsAre("of none", "of vision", "of yolo"));
  EXPECT_THAT(names({{"project", {project}}}), ElementsAre("of vision"));
  EXPECT_THAT(names({{"project", project}, {"include_subprojects", true}}), ElementsAre("of vision", "of yolo"));
  EXPECT_THAT(names({{"project", {nullptr}}}), ElementsAre("of none"));
  EXPECT_THAT(names({{"project", {"none"}}}), IsEmpty());
  EXPECT_THAT(names({{"_any_", {{"pattern", "YOLO"}, {"fields", {"name"}}}}}), ElementsAre("of yolo"));
}

TEST_F(Reports, are_edited_until_they_are_published) {
  const std::string id = new_report("draft");

  EXPECT_EQ(ok("reports.update", {{"task", id}, {"report", "new"}, {"name", "better"}}).at("fields").at("report"),
            "new");
  EXPECT_EQ(ok("reports.publish", {{"task", id}, {"message", "done"}}).at("updated"), 1);
  EXPECT_EQ(status(id), "published");
  EXPECT_EQ(task(id).at("status_message"), "done");
  EXPECT_EQ(refused("reports.update", {{"task", id}, {"report", "newer"}}), "400/110");
  ok("reports.update", {{"task", id}, {"tags", {"t"}}});
  EXPECT_EQ(refused("reports.publish", {{"task", id}}), "400/110");
  EXPECT_EQ(refused("reports.update", {{"task", new_task()}, {"report", "x"}}), "400/101");
}

TEST_F(Reports, moving_the_last_one_takes_the_empty_folder_away) {
  const std::string id = new_report("weekly", {{"project", project}});

  const json::object moved = ok("reports.move", {{"task", id}, {"project_name", "sound"}});
  EXPECT_THAT(project_names(), ElementsAre("sound", "sound/.reports", "vision"));
  EXPECT_EQ(task(id).at("project"), moved.at("project_id"));
  ok("reports.move", {{"task", id}, {"project", nullptr}});
  EXPECT_THAT(project_names(), ElementsAre(".reports", "sound", "vision"));
  EXPECT_EQ(refused("reports.move", {{"task", id}}), "400/12");
}

TEST_F(Reports, are_put_away_shared_and_deleted) {
  const std::string id = new_report("weekly", {{"project", project}});

  EXPECT_EQ(ok("reports.archive", {{"task", id}, {"message", "old"}}).at("archived"), 1);
  EXPECT_THAT(names({{"system_tags", {"-archived"}}}), IsEmpty());
  EXPECT_EQ(ok("reports.unarchive", {{"task", id}}).at("unarchived"), 1);
  EXPECT_EQ(ok("reports.unarchive", {{"task", id}}).at("unarchived"), 0);
  EXPECT_EQ(ok("reports.share", {{"task", id}, {"share", true}}).at("changed"), 1);
  const Identity owner = me;
  me.company = CompanyId::random();
  EXPECT_EQ(task(id).at("name"), "weekly");
  me = owner;

  ok("reports.publish", {{"task", id}});
  EXPECT_EQ(refused("reports.delete", {{"task", id}}), "400/123");
  EXPECT_EQ(ok("reports.delete", {{"task", id}, {"force", true}}).at("deleted"), true);
  EXPECT_EQ(refused("tasks.get_by_id", {{"task", id}}), "400/101");
  EXPECT_THAT(project_names(), ElementsAre("vision"));
}

TEST_F(Reports, show_what_tasks_have_reported) {
  const std::string id = new_task({{"name", "train"}, {"project", project}});
  const auto line = [&](json::object event) {
    event["task"] = id;
    event["metric"] = "m";
    event["variant"] = "v";
    raw_body += to_text(event) + "\n";
  };
  line({{"type", "training_stats_scalar"}, {"iter", 1}, {"value", 0.5}});
  line({{"type", "training_stats_scalar"}, {"iter", -2147483648}, {"value", 7}});
  line({{"type", "plot"}, {"iter", 1}, {"plot_str", "{}"}});
  line({{"type", "training_debug_image"}, {"iter", 1}, {"url", "http://files/i.png"}, {"key", "k"}});
  ok("events.add_batch");

  const json::object shown = ok("reports.get_task_data", {{"id", {id}},
                                                          {"only_fields", {"name"}},
                                                          {"plots", {{"iters", 1}}},
                                                          {"debug_images", {{"iters", 1}}},
                                                          {"scalar_metrics_iter_histogram", {{"samples", 10}}},
                                                          {"single_value_metrics", json::object()}});

  EXPECT_EQ(shown.at("tasks"), json::value(json::array{{{"name", "train"}, {"id", id}}}));
  EXPECT_TRUE(shown.at("plots").at("m").at("v").as_object().contains(id));
  EXPECT_EQ(shown.at("debug_images").at(0).at("iterations").at(0).at("events").at(0).at("url"), "http://files/i.png");
  EXPECT_EQ(shown.at("scalar_metrics_iter_histogram").at("m").at("v").at(id).at("y").at(0), 0.5);
  EXPECT_EQ(shown.at("single_value_metrics").at(0).at("values").at(0).at("value"), 7.0);
  const json::object few = ok("reports.get_task_data", {{"id", {id}}, {"only_fields", {"name"}}});
  EXPECT_FALSE(few.contains("plots"));
}

}  // namespace
}  // namespace jarvis::server
