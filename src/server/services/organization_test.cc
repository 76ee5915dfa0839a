#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

class Organization : public TaskFixture {
 protected:
  std::string download(json::object request) {
    const json::object prepared = ok("organization.prepare_download_for_get_all", std::move(request));
    const auto reply = call("organization.download_for_get_all", {{"prepare_id", prepared.at("prepare_id")}});
    EXPECT_TRUE(reply && reply->saved);
    return reply && reply->saved ? reply->saved->body : "";
  }
};

TEST_F(Organization, a_user_sees_the_company_and_who_leads_it) {
  const json::object company = ok("organization.get_user_companies").at("companies").at(0).as_object();

  EXPECT_EQ(company.at("id"), json::value(me.company.str()));
  EXPECT_EQ(company.at("name"), "home");
  EXPECT_EQ(company.at("owners").at(0).at("name"), "admin");
}

TEST_F(Organization, counts_what_a_search_would_find) {
  new_task({{"name", "train net"}});
  new_task({{"name", "test net"}});
  ok("projects.create", {{"name", "nets"}});
  const std::string data = std::string(ok("projects.create", {{"name", "nets/.datasets/x"}}).at("id").get_string());
  ok("projects.update", {{"project", data}, {"system_tags", {"dataset", "hidden"}}});
  new_task({{"name", "net report"}, {"type", "report"}});
  const json::object pattern{{"_any_", {{"pattern", "NET"}, {"fields", {"name"}}}}};

  const json::object counts = ok("organization.get_entities_count", {{"tasks", {{"name", "^train"}}},
                                                                     {"projects", pattern},
                                                                     {"reports", pattern},
                                                                     {"datasets", json::object()},
                                                                     {"models", json::object()}});

  EXPECT_EQ(json::value(counts),
            json::value({{"projects", 1}, {"tasks", 1}, {"models", 0}, {"datasets", 1}, {"reports", 1}}));
  EXPECT_EQ(ok("organization.get_entities_count", {{"tasks", json::object()}, {"active_users", {"somebody"}}}),
            json::object({{"tasks", 0}}));
  EXPECT_EQ(refused("organization.get_entities_count", {{"tasks", {{"order_by", {"nonsense"}}}}}), "400/14");
}

TEST_F(Organization, says_no_more_than_the_limit) {
  for (int i = 0; i < 3; ++i)
    new_task();
  const auto counted = [&](int limit) {
    return ok("organization.get_entities_count", {{"tasks", json::object()}, {"limit", limit}}).at("tasks");
  };

  EXPECT_EQ(counted(2), 2);
  EXPECT_EQ(counted(10), 3);
  EXPECT_EQ(counted(0), 0);
  EXPECT_EQ(refused("organization.get_entities_count", {{"tasks", json::object()}, {"limit", -1}}), "400/12");
}

TEST_F(Organization, a_list_is_saved_as_a_table) {
  const std::string project = std::string(ok("projects.create", {{"name", "vision"}}).at("id").get_string());
  new_task({{"name", "say \"hi\", all"}, {"project", project}, {"tags", {"a", "b"}}});
  new_task({{"name", "=cmd()"}, {"hyperparams", {{"Args", {{"lr", {{"value", "0.1"}}}}}}}});

  const std::string table =
      download({{"entity_type", "task"},
                {"only_fields", {"name", "status", "tags", "project.name", "hyperparams.Args.lr.value"}},
                {"order_by", {"-created", "name"}},
                {"field_mappings", json::array{{{"field", "name"}, {"name", "Task"}},
                                               {{"field", "status"},
                                                {"name", "State"},
                                                {"values", json::array{{{"key", "created"}, {"value", "draft"}}}}}}}});

  EXPECT_EQ(table,
            "Task,State,tags,project.name,hyperparams.Args.lr.value\r\n"
            "'=cmd(),draft,,,0.1\r\n"
            "\"say \"\"hi\"\", all\",draft,\"a, b\",vision,\r\n");
}

TEST_F(Organization, numbers_of_a_table_are_written_as_people_write_them) {
  const std::string model =
      std::string(ok("models.create", {{"name", "net"}, {"uri", "s3://x"}}).at("id").get_string());
  ok("models.edit", {{"model", model}, {"design", {{"count", 7}, {"rate", 0.8}, {"small", 1e-9}}}});

  EXPECT_EQ(download({{"entity_type", "model"}, {"only_fields", {"design.count", "design.rate", "design.small"}}}),
            "design.count,design.rate,design.small\r\n7,0.8,1e-09\r\n");
}

TEST_F(Organization, a_table_has_all_pages_and_a_link_to_it_ends) {
  for (int i = 0; i < 7; ++i)
    new_task({{"name", "task" + std::to_string(i)}});
  const std::string table = download({{"only_fields", {"name"}}, {"order_by", {"name"}}, {"page_size", 2}});
  EXPECT_EQ(std::ranges::count(table, '\n'), 8);

  const json::object prepared = ok("organization.prepare_download_for_get_all", {{"only_fields", {"name"}}});
  clock.advance(std::chrono::minutes(11));
  EXPECT_EQ(refused("organization.download_for_get_all", prepared), "400/12");
  EXPECT_EQ(refused("organization.prepare_download_for_get_all", {{"only_fields", {"nonsense"}}}), "400/14");
  EXPECT_EQ(refused("organization.prepare_download_for_get_all", {{"only_fields", {"name"}}, {"entity_type", "cat"}}),
            "400/12");
}

TEST_F(Organization, workloads_are_run_times_within_the_period) {
  const std::string project = std::string(ok("projects.create", {{"name", "vision"}}).at("id").get_string());
  const std::string id = new_task({{"project", project}}), other = new_task();
  ok("tasks.started", {{"task", id}});
  clock.advance(std::chrono::seconds(100));
  const std::string middle = to_iso(clock.wall());
  clock.advance(std::chrono::seconds(100));
  ok("tasks.completed", {{"task", id}});
  ok("tasks.started", {{"task", other}});
  clock.advance(std::chrono::seconds(50));

  const json::object all = ok("organization.get_project_workloads");
  EXPECT_EQ(all.at("total_runtime"), 250);
  EXPECT_EQ(all.at("workloads").at(0),
            json::value({{"id", project}, {"name", "vision"}, {"tasks", 1}, {"runtime", 200}}));
  EXPECT_EQ(all.at("workloads").at(1).at("runtime"), 50);
  EXPECT_EQ(ok("organization.get_project_workloads", {{"from_date", middle}}).at("total_runtime"), 150);
  EXPECT_EQ(ok("organization.get_project_workloads", {{"projects", {project}}}).at("total_runtime"), 200);
  EXPECT_EQ(ok("organization.get_project_workloads", {{"group_by", "user"}}).at("workloads").at(0).at("name"), "admin");
  EXPECT_EQ(refused("organization.get_project_workloads", {{"group_by", "cat"}}), "400/12");
}

}  // namespace
}  // namespace jarvis::server
