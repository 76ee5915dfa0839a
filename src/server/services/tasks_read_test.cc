#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class TaskLists : public TaskFixture {
 protected:
  std::string named(std::string_view name, json::object body = {}) {
    clock.advance(std::chrono::seconds(1));
    body["name"] = name;
    return new_task(std::move(body));
  }
  /// The names of the tasks that a request finds, in its order.
  std::vector<std::string> names(json::object body) {
    std::vector<std::string> out;
    const json::object reply = ok("tasks.get_all", std::move(body));
    for (const json::value& item : reply.at("tasks").as_array())
      out.emplace_back(item.at("name").as_string());
    return out;
  }
};

TEST_F(TaskLists, the_newest_change_comes_first_and_order_by_decides_otherwise) {
  const std::string old = named("bbb");
  named("aaa");
  clock.advance(std::chrono::seconds(1));
  ok("tasks.update", {{"task", old}, {"comment", "x"}});
  named("ccc");

  EXPECT_THAT(names({}), ElementsAre("ccc", "bbb", "aaa"));
  EXPECT_THAT(names({{"order_by", {"name"}}}), ElementsAre("aaa", "bbb", "ccc"));
  EXPECT_THAT(names({{"order_by", {"-name"}}}), ElementsAre("ccc", "bbb", "aaa"));
  EXPECT_EQ(refused("tasks.get_all", {{"order_by", {"nonsense"}}}), "400/14");
}

TEST_F(TaskLists, parameters_order_by_their_numbers) {
  for (const std::string_view value : {"11", "2", "1"}) {
    named(std::string("v") + std::string(value) + "x", {{"hyperparams", {{"Args", {{"lr.x", {{"value", value}}}}}}}});
  }

  EXPECT_THAT(names({{"order_by", {"hyperparams.Args.lr%2Ex"}}}), ElementsAre("v1x", "v2x", "v11x"));
  EXPECT_THAT(names({{"order_by", {"-hyperparams.Args.lr%2Ex.value"}}}), ElementsAre("v11x", "v2x", "v1x"));
}

TEST_F(TaskLists, names_are_found_by_expressions_that_mind_their_case) {
  named("Train net");
  named("train other");

  EXPECT_THAT(names({{"name", "^train"}}), ElementsAre("train other"));
  EXPECT_THAT(names({{"_any_", {{"pattern", "TRAIN"}, {"fields", {"name", "comment"}}}}}),
              UnorderedElementsAre("Train net", "train other"));
  EXPECT_THAT(names({{"search_text", "N N"}}), ElementsAre("Train net"));
  EXPECT_THAT(names({{"search_text", "."}}), IsEmpty());
}

TEST_F(TaskLists, tags_are_asked_for_excluded_and_combined) {
  named("one", {{"tags", {"a"}}});
  named("two", {{"tags", {"a", "b"}}});
  named("none");
  const auto with = [&](json::array tags) { return names({{"tags", std::move(tags)}, {"order_by", {"name"}}}); };

  EXPECT_THAT(with({"a"}), ElementsAre("one", "two"));
  EXPECT_THAT(with({"-b"}), ElementsAre("none", "one"));
  EXPECT_THAT(with({"__$all", "a", "b"}), ElementsAre("two"));
  EXPECT_THAT(with({"a", "__$not", "b"}), ElementsAre("one"));
  EXPECT_THAT(with({nullptr}), ElementsAre("none"));
  EXPECT_THAT(names({{"filters", {{"tags", {{"any", {{"exclude", {"a", "b"}}}}}}}}, {"order_by", {"name"}}}),
              ElementsAre("none", "one"));
  EXPECT_THAT(names({{"filters", {{"tags", {{"all", {{"include", {"a"}}, {"exclude", {"b"}}}}}}}}}),
              ElementsAre("one"));
  EXPECT_EQ(refused("tasks.get_all", {{"filters", {{"tags", {{"some", json::object()}}}}}}), "400/12");
}

TEST_F(TaskLists, status_parent_project_and_id_take_one_or_several) {
  const std::string parent = named("parent");
  const std::string child = named("child", {{"parent", parent}});
  set_status(child, "failed");

  EXPECT_THAT(names({{"status", {"failed", "queued"}}}), ElementsAre("child"));
  EXPECT_THAT(names({{"status", {"-failed"}}}), ElementsAre("parent"));
  EXPECT_THAT(names({{"parent", parent}}), ElementsAre("child"));
  EXPECT_THAT(names({{"parent", {nullptr}}}), ElementsAre("parent"));
  EXPECT_THAT(names({{"id", {parent}}}), ElementsAre("parent"));
  EXPECT_THAT(names({{"project", {"none"}}}), IsEmpty());
}

TEST_F(TaskLists, dates_take_signs_lists_and_open_ends) {
  named("old");
  const std::string between = to_iso(clock.wall() + std::chrono::milliseconds(500));
  named("new");

  EXPECT_THAT(names({{"last_change", ">=" + between}}), ElementsAre("new"));
  EXPECT_THAT(names({{"last_change", ">= " + between}}), ElementsAre("new"));
  EXPECT_THAT(names({{"created", {"<" + between}}}), ElementsAre("old"));
  EXPECT_THAT(names({{"status_changed", {nullptr, between}}}), ElementsAre("old"));
  EXPECT_THAT(names({{"_any_", {{"datetime", {between, nullptr}}, {"fields", {"created", "started"}}}}}),
              ElementsAre("new"));
  EXPECT_EQ(refused("tasks.get_all", {{"created", "yesterday"}}), "400/12");
}

TEST_F(TaskLists, only_the_fields_that_are_asked_for_go_out) {
  const std::string id = named("task", {{"script", {{"repository", "r"}, {"branch", "b"}}}});
  const auto first = [&](json::object body) { return ok("tasks.get_all", body).at("tasks").at(0); };

  EXPECT_EQ(first({{"only_fields", {"status", "script.branch"}}}),
            json::value({{"status", "created"}, {"script", {{"branch", "b"}}}, {"id", id}}));
  EXPECT_FALSE(first({{"only_fields", {"-script"}}}).as_object().contains("script"));
  EXPECT_TRUE(first({{"only_fields", {"-script"}}}).as_object().contains("status"));
  EXPECT_EQ(refused("tasks.get_all", {{"only_fields", {"nonsense"}}}), "400/14");
}

TEST_F(TaskLists, references_are_objects_with_what_was_asked_of_them) {
  const std::string project(
      ok("tasks.move", {{"ids", {named("task")}}, {"project_name", "vision"}}).at("project_id").as_string());

  const json::value plain = ok("tasks.get_all_ex").at("tasks").at(0);
  const json::value asked = ok("tasks.get_all_ex", {{"only_fields", {"project.name", "user.name"}}}).at("tasks").at(0);

  EXPECT_EQ(plain.at("project"), json::value({{"id", project}}));
  EXPECT_EQ(plain.at("company"), json::value({{"id", me.company.str()}}));
  EXPECT_EQ(asked.at("project"), json::value({{"id", project}, {"name", "vision"}}));
  EXPECT_EQ(asked.at("user"), json::value({{"id", me.user.str()}, {"name", "admin"}}));
}

TEST_F(TaskLists, pages_and_scrolls_come_to_an_end) {
  for (const std::string_view name : {"t-1", "t-2", "t-3"})
    named(name);
  const json::object by_name{{"order_by", {"name"}}};
  json::object page = by_name;
  page["page"] = 1;
  page["page_size"] = 2;
  EXPECT_THAT(names(page), ElementsAre("t-3"));

  json::object scroll = by_name;
  scroll["size"] = 2;
  scroll["scroll_id"] = nullptr;
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 3; ++i) {
    const json::object reply = ok("tasks.get_all", scroll);
    sizes.push_back(reply.at("tasks").as_array().size());
    scroll["scroll_id"] = reply.at("scroll_id");
  }
  EXPECT_THAT(sizes, ElementsAre(2U, 1U, 0U));
}

TEST_F(TaskLists, hidden_and_foreign_tasks_stay_out) {
  const std::string hidden = named("hidden", {{"system_tags", {"hidden"}}});
  named("shown");

  EXPECT_THAT(names({}), ElementsAre("shown"));
  EXPECT_THAT(names({{"search_hidden", true}, {"order_by", {"name"}}}), ElementsAre("hidden", "shown"));
  EXPECT_THAT(names({{"id", {hidden}}}), ElementsAre("hidden"));
  me.company = CompanyId::random();
  EXPECT_THAT(names({{"search_hidden", true}}), IsEmpty());
}

TEST_F(TaskLists, paths_into_free_fields_filter_too) {
  const std::string queue = new_queue("work");
  const std::string id = named("waits", {{"hyperparams", {{"Args", {{"lr", {{"value", "0.1"}}}}}}}});
  named("idle");
  enqueue(id, queue);

  EXPECT_THAT(names({{"execution.queue", {queue}}}), ElementsAre("waits"));
  EXPECT_THAT(names({{"hyperparams.Args.lr.value", {"0.1"}}}), ElementsAre("waits"));
  EXPECT_EQ(ok("tasks.get_types").at("types"), json::array({"training"}));
}

TEST_F(TaskLists, queues_come_with_what_waits_in_them) {
  const std::string queue = new_queue("work");
  new_queue("glue", {"k8s-glue"});
  const std::string id = named("task");
  enqueue(id, queue);

  const json::array plain = ok("queues.get_all").at("queues").as_array();
  ASSERT_EQ(plain.size(), 1U);
  EXPECT_EQ(plain.at(0).at("entries").at(0).at("task"), id.c_str());
  EXPECT_EQ(ok("queues.get_all", {{"name", "^glue$"}}).at("queues").as_array().size(), 1U);
  EXPECT_EQ(ok("queues.get_all", {{"name", "^work$"}, {"only_fields", {"id", "name"}}}).at("queues"),
            json::value(json::array{{{"id", queue}, {"name", "work"}}}));
  const json::value rich = ok("queues.get_all_ex", {{"id", {queue}}}).at("queues").at(0);
  EXPECT_EQ(rich.at("entries").at(0).at("task"), json::value({{"id", id}, {"name", "task"}}));
  EXPECT_EQ(ok("queues.get_all", {{"id", {queue}}, {"max_task_entries", 0}}).at("queues").at(0).at("entries"),
            json::array());
}

TEST_F(TaskLists, get_by_id_ex_wants_ids) {
  const std::string id = named("task");

  EXPECT_EQ(ok("tasks.get_by_id_ex", {{"id", {id}}}).at("tasks").as_array().size(), 1U);
  EXPECT_EQ(refused("tasks.get_by_id_ex"), "400/12");
}

}  // namespace
}  // namespace jarvis::server
