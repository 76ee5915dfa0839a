// The language of list requests: what tasks.get_all and its relatives understand.
#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Lists : public TaskFixture {
 protected:
  std::string named(std::string_view name, json::object body = {}) {
    clock.advance(std::chrono::seconds(1));
    body["name"] = name;
    return new_task(std::move(body));
  }
  /// A task with these fields in its document, past the calls that would set them.
  std::string with(std::string_view name, const json::object& fields) {
    json::object document = stored(store::Kind::task, named(name)).value();
    for (const auto& [key, value] : fields)
      document[key] = value;
    put(store::Kind::task, document);
    return get_string_or(document, "id", "");
  }
  std::vector<std::string> names(json::object body, std::string_view endpoint = "tasks.get_all") {
    if (!body.contains("order_by")) body["order_by"] = json::array{"name"};
    std::vector<std::string> out;
    const json::object reply = ok(endpoint, std::move(body));
    for (const json::value& item : reply.at("tasks").as_array())
      out.emplace_back(item.at("name").as_string());
    return out;
  }
  json::object first(json::object body) {
    return ok("tasks.get_all_ex", std::move(body)).at("tasks").at(0).as_object();
  }
};

TEST_F(Lists, patterns_of_several_fields_may_be_several_and_stand_beside_each_other) {
  named("alpha", {{"comment", "red"}});
  named("beta", {{"comment", "red"}});
  named("gamma", {{"comment", "blue"}});
  const auto both = [](const char* pattern, json::array fields) {
    return json::object{{"pattern", pattern}, {"fields", std::move(fields)}};
  };

  EXPECT_THAT(names({{"_any_", {{"pattern", {"^alp", "^gam"}}, {"fields", {"name"}}}}}), ElementsAre("alpha", "gamma"));
  EXPECT_THAT(names({{"_any_", both("^a", {"name"})}, {"_any_2", both("RED", {"comment"})}}), ElementsAre("alpha"));
  EXPECT_THAT(names({{"_all_", json::array{both("a$", {"name"}), both("red", {"comment"})}}}),
              ElementsAre("alpha", "beta"));
  EXPECT_THAT(names({{"_or_names", both("t", {"name"})}, {"_and_", both("r", {"comment"})}}), ElementsAre("beta"));
  EXPECT_EQ(refused("tasks.get_all", {{"_any_", both("(", {"name"})}}), "400/21");
  EXPECT_EQ(refused("tasks.get_all", {{"name", "["}}), "400/21");
  EXPECT_EQ(refused("tasks.get_all", {{"_all_", json::array{1}}}), "400/12");
  EXPECT_EQ(refused("tasks.get_all", {{"_any_", "alpha"}}), "400/12");
}

TEST_F(Lists, are_ordered_by_the_names_of_what_they_refer_to) {
  const auto project = [&](std::string_view name) { return ok("projects.create", {{"name", name}}).at("id"); };
  const auto ordered = [&](const char* by) { return names({{"order_by", {by, "name"}}}, "tasks.get_all_ex"); };
  const std::string parent = named("b-in-alpha", {{"project", project("zeta/alpha")}});
  named("a-in-beta", {{"project", project("beta")}, {"parent", parent}});
  named("c-in-none");

  EXPECT_THAT(ordered("project.name"), ElementsAre("a-in-beta", "b-in-alpha", "c-in-none"));
  EXPECT_THAT(ordered("-project.name"), ElementsAre("b-in-alpha", "a-in-beta", "c-in-none"));
  EXPECT_THAT(ordered("parent.name"), ElementsAre("a-in-beta", "b-in-alpha", "c-in-none"));
  EXPECT_THAT(ordered("-user.name"), ElementsAre("a-in-beta", "b-in-alpha", "c-in-none"));

  json::object scroll{{"order_by", {"-project.name"}}, {"size", 1}, {"scroll_id", nullptr}};
  for (const char* name : {"b-in-alpha", "a-in-beta", "c-in-none"}) {
    const json::object page = ok("tasks.get_all_ex", scroll);
    EXPECT_EQ(page.at("tasks").at(0).at("name"), name);
    scroll["scroll_id"] = page.at("scroll_id");
  }

  // A kind whose references stand in its documents only.
  for (const char* name : {"queue-b", "queue-a"})
    ok("queues.create", {{"name", name}});
  EXPECT_EQ(ok("queues.get_all", {{"order_by", {"user.name", "name"}}}).at("queues").at(0).at("name"), "queue-a");
  EXPECT_EQ(refused("models.get_all_ex", {{"order_by", {"parent.name", "task.name", "-project.name"}}}), "ok");
}

TEST_F(Lists, have_no_pages_before_the_first) {
  named("one");
  for (const char* number : {"page", "page_size", "size"}) {
    const auto reply = call("tasks.get_all", {{number, -1}});
    ASSERT_FALSE(reply) << number;
    EXPECT_EQ(code_of(reply), "400/12");
    EXPECT_THAT(reply.error().message(), testing::HasSubstr(std::string(number) + ": must not be negative"));
  }
  EXPECT_EQ(refused("projects.get_hyper_parameters", {{"project", "x"}, {"page", -1}}), "400/12");
  EXPECT_THAT(names({{"page", 0}, {"page_size", 0}}), ElementsAre("one"));
}

TEST_F(Lists, a_comment_that_nobody_wrote_is_an_empty_text) {
  named("empty", {{"comment", ""}});
  named("missing");
  named("written", {{"comment", "red"}});
  const auto by_pattern = [](const char* pattern) {
    return json::object{{"_any_", {{"pattern", pattern}, {"fields", {"comment"}}}}};
  };

  EXPECT_THAT(names({{"comment", "^$"}}), ElementsAre("empty", "missing"));
  EXPECT_THAT(names({{"comment", "^(blue)?$"}}), ElementsAre("empty", "missing"));
  EXPECT_THAT(names({{"comment", ".*"}}), ElementsAre("empty", "missing", "written"));
  EXPECT_THAT(names({{"comment", "."}}), ElementsAre("written"));
  EXPECT_THAT(names(by_pattern("^$")), ElementsAre("empty", "missing"));
  EXPECT_THAT(names({{"_any_", {{"pattern", "^$"}, {"fields", {"runtime.hash"}}}}}), IsEmpty());
}

TEST_F(Lists, paths_go_through_lists) {
  const std::string model(ok("models.create", {{"name", "net"}, {"uri", "u"}}).at("id").get_string());
  named("user", {{"models", {{"input", json::array{{{"name", "start"}, {"model", model}}}}}}});
  with("reporter", {{"execution", {{"artifacts", json::array{{{"key", "table"}, {"mode", "output"}}}}}}});

  EXPECT_THAT(names({{"models.input.model", {model}}}), ElementsAre("user"));
  EXPECT_THAT(names({{"models.input.model", {"-" + model}}}), ElementsAre("reporter"));
  EXPECT_THAT(names({{"execution.artifacts.key", {"table"}}}), ElementsAre("reporter"));
  EXPECT_THAT(names({{"_any_", {{"pattern", "^TAB"}, {"fields", {"execution.artifacts.key"}}}}}),
              ElementsAre("reporter"));
  EXPECT_THAT(names({{"filters", {{"models.input.model", {{"any", {{"include", {model}}}}}}}}}), ElementsAre("user"));
  EXPECT_EQ(first({{"models.input.model", {model}}, {"only_fields", {"models.input.model"}}}).at("models"),
            json::value({{"input", json::array{{{"model", model}}}}}));
}

TEST_F(Lists, numbers_take_ranges_and_signs) {
  for (const int i : {1, 5, 9}) {
    with(
        "t-" + std::to_string(i),
        {{"last_iteration", i}, {"active_duration", i * 60}, {"last_metrics", {{"m", {{"v", {{"value", i * 0.5}}}}}}}});
  }

  EXPECT_THAT(names({{"last_iteration", {5, nullptr}}}), ElementsAre("t-5", "t-9"));
  EXPECT_THAT(names({{"last_iteration", {">1", "<=5"}}}), ElementsAre("t-5"));
  EXPECT_THAT(names({{"last_iteration", 9}}), ElementsAre("t-9"));
  EXPECT_THAT(names({{"active_duration", {nullptr, 60}}}), ElementsAre("t-1"));
  EXPECT_THAT(names({{"last_metrics.m.v.value", {0, 2.5}}}), ElementsAre("t-1", "t-5"));
  EXPECT_THAT(names({{"order_by", {"-last_metrics.m.v.value"}}}), ElementsAre("t-9", "t-5", "t-1"));
  EXPECT_EQ(refused("tasks.get_all", {{"last_iteration", ">many"}}), "400/12");
}

TEST_F(Lists, projections_exclude_and_take_wildcards) {
  with("t-1", {{"hyperparams",
                {{"Args", {{"lr", {{"value", "1"}, {"type", "float"}}}}}, {"General", {{"x", {{"value", "2"}}}}}}}});

  EXPECT_EQ(first({{"only_fields", {"hyperparams.*.*.value"}}}).at("hyperparams"),
            json::value({{"Args", {{"lr", {{"value", "1"}}}}}, {"General", {{"x", {{"value", "2"}}}}}}));
  EXPECT_EQ(first({{"only_fields", {"hyperparams.Args.*"}}}).at("hyperparams"),
            json::value({{"Args", {{"lr", {{"value", "1"}, {"type", "float"}}}}}}));
  const json::object without = first({{"only_fields", {"-hyperparams.*.lr", "-script"}}});
  EXPECT_EQ(without.at("hyperparams"), json::value({{"Args", json::object()}, {"General", {{"x", {{"value", "2"}}}}}}));
  EXPECT_FALSE(without.contains("script"));
  EXPECT_TRUE(without.contains("name"));
  EXPECT_EQ(first({{"only_fields", {"runtime.version"}}}).at("runtime"), json::value(json::object()));
  const json::object all = first({{"only_fields", {"*", "user.name", "-comment"}}});
  EXPECT_EQ(all.at("user"), json::value({{"id", me.user.str()}, {"name", "admin"}}));
  EXPECT_TRUE(all.contains("status"));
  EXPECT_FALSE(all.contains("comment"));
}

TEST_F(Lists, subprojects_are_included_when_asked_for) {
  const std::string top(ok("projects.create", {{"name", "vision"}}).at("id").get_string());
  const std::string below(ok("projects.create", {{"name", "vision/yolo"}}).at("id").get_string());
  const std::string hidden(ok("projects.create", {{"name", "vision/.datasets/x"}}).at("id").get_string());
  named("above", {{"project", top}});
  named("below", {{"project", below}});
  named("data", {{"project", hidden}});

  EXPECT_THAT(names({{"project", {top}}}), ElementsAre("above"));
  EXPECT_THAT(names({{"project", {top}}, {"include_subprojects", true}}), ElementsAre("above", "below"));
  EXPECT_THAT(names({{"project", {top}}, {"include_subprojects", true}, {"search_hidden", true}}),
              ElementsAre("above", "below", "data"));
  EXPECT_THAT(names({}), ElementsAre("above", "below"));
  EXPECT_THAT(names({{"search_hidden", true}}), ElementsAre("above", "below", "data"));
  EXPECT_THAT(names({{"project", {hidden}}}), ElementsAre("data"));
}

TEST_F(Lists, what_is_in_hidden_projects_is_found_by_what_it_belongs_to_and_by_what_a_program_wrote_to_find_it) {
  const std::string hidden(ok("projects.create", {{"name", "vision/.pipelines/x"}}).at("id").get_string());
  const std::string run = named("run");
  const std::string step = named("step", {{"project", hidden}, {"parent", run}});
  ok("tasks.edit", {{"task", step}, {"runtime", {{"pipeline_job_hash", "abc"}}}});
  EXPECT_THAT(names({{"_all_", {{"fields", {"runtime.pipeline_job_hash"}}, {"pattern", "^abc$"}}}}),
              ElementsAre("step"));
  EXPECT_THAT(names({{"parent", run}}), ElementsAre("step"));
}

TEST_F(Lists, a_scroll_keeps_its_place_when_rows_come_and_go_before_it) {
  for (const char* name : {"t-b", "t-c", "t-d", "t-e"})
    named(name);
  json::object scroll{{"order_by", {"name"}}, {"size", 2}, {"scroll_id", nullptr}};
  const json::object page = ok("tasks.get_all", scroll);
  scroll["scroll_id"] = page.at("scroll_id");
  named("t-a");
  ok("tasks.delete", {{"task", page.at("tasks").at(1).at("id")}});

  EXPECT_THAT(names(scroll), ElementsAre("t-d", "t-e"));
  json::object again = scroll;
  again["refresh_scroll"] = true;
  EXPECT_THAT(names(again), ElementsAre("t-a", "t-b"));

  json::object elsewhere = scroll;
  elsewhere["order_by"] = json::array{"-name"};
  EXPECT_THAT(names(elsewhere), ElementsAre("t-e", "t-d"));  // an id of another order: from the beginning
  scroll["scroll_id"] = "nonsense";
  EXPECT_THAT(names(scroll), ElementsAre("t-a", "t-b"));
}

TEST_F(Lists, a_refresh_gives_all_that_was_received) {
  for (const char* name : {"t-a", "t-b", "t-c", "t-d", "t-e"})
    named(name);
  json::object scroll{{"order_by", {"name"}}, {"size", 2}, {"scroll_id", nullptr}};
  for (int i = 0; i < 2; ++i)
    scroll["scroll_id"] = ok("tasks.get_all", scroll).at("scroll_id");
  scroll["refresh_scroll"] = true;

  const json::object all = ok("tasks.get_all", scroll);
  EXPECT_EQ(all.at("tasks").as_array().size(), 4U);
  EXPECT_THAT(names({{"order_by", {"name"}}, {"size", 2}, {"scroll_id", all.at("scroll_id")}}), ElementsAre("t-e"));
}

TEST_F(Lists, types_are_found_in_any_letters_and_public_tasks_on_request_only) {
  named("check", {{"type", "testing"}});
  ok("tasks.make_public", {{"ids", {named("example")}}});

  EXPECT_THAT(names({{"type", {"TESTING"}}}), ElementsAre("check"));
  EXPECT_THAT(names({{"allow_public", false}}), ElementsAre("check"));
  EXPECT_THAT(names({}), ElementsAre("check", "example"));
  me.company = CompanyId::random();
  EXPECT_THAT(names({}), ElementsAre("example"));
  EXPECT_THAT(names({{"allow_public", false}}), IsEmpty());
}

}  // namespace
}  // namespace jarvis::server
