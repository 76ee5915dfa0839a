// What viewers ask: drawings by iteration, samples one at a time, the log as a file, who may still add to a record.
#include <gmock/gmock.h>

#include "server/services/events_test_steps.h"

namespace jarvis::server {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Events : public EventsFixture {
 protected:
  /// "3:a b, 2:a" of an answer with one task.
  static std::string shown(const json::object& answer) {
    std::string out;
    for (const json::value& iteration : answer.at("metrics").at(0).at("iterations").as_array()) {
      out += (out.empty() ? "" : ", ") + std::to_string(iteration.at("iter").as_int64()) + ":";
      for (const json::value& event : iteration.at("events").as_array())
        out += (out.ends_with(':') ? "" : " ") + std::string(event.at("variant").as_string());
    }
    return out;
  }
  /// "3 a" of a sample, "none" of a step beyond the last.
  static std::string sample(const json::object& answer) {
    if (answer.at("event").is_null()) return "none";
    return std::to_string(answer.at("event").at("iter").as_int64()) + " " +
           std::string(answer.at("event").at("variant").as_string());
  }
};

TEST_F(Events, debug_images_are_scrolled_from_the_newest_iteration_to_the_oldest_and_the_scroll_ends) {
  const std::string task = new_task();
  for (std::int64_t iter = 1; iter <= 3; ++iter)
    image(task, iter, "m", "a");
  image(task, 3, "m", "b");
  image(task, 9, "other", "a");
  sent();
  json::object ask{{"metrics", {{{"task", task}, {"metric", "m"}}}}, {"iters", 2}};

  const json::object first = ok("events.debug_images", ask);
  ask["scroll_id"] = first.at("scroll_id");
  const json::object second = ok("events.debug_images", ask);
  ask["scroll_id"] = second.at("scroll_id");
  const json::object third = ok("events.debug_images", ask);
  ask["navigate_earlier"] = false;
  const json::object back = ok("events.debug_images", ask);

  EXPECT_EQ(shown(first), "3:a b, 2:a");
  EXPECT_EQ(shown(second), "1:a");
  EXPECT_EQ(shown(third), "");
  EXPECT_EQ(shown(back), "3:a b, 2:a");
}

TEST_F(Events, refresh_begins_the_scroll_again_with_what_came_meanwhile) {
  const std::string task = new_task();
  image(task, 1, "m", "a");
  sent();
  json::object ask{{"metrics", {{{"task", task}, {"metric", "m"}, {"variants", {"a"}}}}}};
  ask["scroll_id"] = ok("events.debug_images", ask).at("scroll_id");
  image(task, 2, "m", "a");
  image(task, 2, "m", "b");
  sent();

  ask["refresh"] = true;

  EXPECT_EQ(shown(ok("events.debug_images", ask)), "2:a");
}

TEST_F(Events, an_image_whose_file_was_overwritten_by_a_newer_one_is_gone) {
  const std::string task = new_task();
  image(task, 1, "m", "a", "http://files/slot_0");
  image(task, 2, "m", "a", "http://files/slot_1");
  sent();

  image(task, 3, "m", "a", "http://files/slot_0");
  sent();

  EXPECT_EQ(shown(ok("events.debug_images", {{"metrics", {{{"task", task}}}}, {"iters", 10}})), "3:a, 2:a");
}

TEST_F(Events, a_viewer_steps_from_image_to_image_and_from_iteration_to_iteration) {
  const std::string task = new_task();
  for (std::int64_t iter = 1; iter <= 2; ++iter) {
    image(task, iter, "m", "a");
    image(task, iter, "m", "b");
  }
  image(task, 2, "other", "z");
  sent();

  json::object at = ok("events.get_debug_image_sample", {{"task", task}, {"metric", "m"}, {"variant", "a"}});
  EXPECT_EQ(sample(at), "2 a");
  EXPECT_EQ(at.at("min_iteration"), 1);
  EXPECT_EQ(at.at("max_iteration"), 2);
  const auto step = [&](bool is_earlier, bool next_iteration = false) {
    at = ok("events.next_debug_image_sample", {{"task", task},
                                               {"scroll_id", at.at("scroll_id")},
                                               {"navigate_earlier", is_earlier},
                                               {"next_iteration", next_iteration}});
    return sample(at);
  };
  EXPECT_EQ(step(true), "1 b");
  EXPECT_EQ(step(true), "1 a");
  EXPECT_EQ(step(true), "none");
  EXPECT_EQ(step(false, true), "2 a");
  EXPECT_EQ(step(false), "2 b");
  EXPECT_EQ(step(false), "none");  // "other" is not this metric
  at = ok("events.get_debug_image_sample",
          {{"task", task}, {"metric", "m"}, {"variant", "b"}, {"iteration", 7}, {"navigate_current_metric", false}});
  EXPECT_EQ(step(false), "2 z");
}

TEST_F(Events, a_plot_sample_is_all_plots_of_a_metric_at_an_iteration) {
  const std::string task = new_task();
  plot(task, 1, "m", "a");
  plot(task, 2, "m", "a");
  plot(task, 2, "m", "b");
  plot(task, 2, "n", "a");
  sent();

  const json::object newest = ok("events.get_plot_sample", {{"task", task}, {"metric", "m"}});
  const json::object earlier = ok("events.next_plot_sample",
                                  {{"task", task}, {"scroll_id", newest.at("scroll_id")}, {"navigate_earlier", true}});
  const json::object none = ok("events.next_plot_sample", {{"task", task}, {"scroll_id", newest.at("scroll_id")}});

  EXPECT_EQ(newest.at("events").as_array().size(), 2U);
  EXPECT_EQ(newest.at("min_iteration"), 1);
  EXPECT_EQ(newest.at("max_iteration"), 2);
  ASSERT_EQ(earlier.at("events").as_array().size(), 1U);
  EXPECT_EQ(earlier.at("events").at(0).at("iter"), 1);
  EXPECT_THAT(none.at("events").as_array(), IsEmpty());
  EXPECT_EQ(shown(ok("events.plots", {{"metrics", {{{"task", task}, {"metric", "m"}}}}, {"iters", 5}})), "2:a b, 1:a");
}

TEST_F(Events, a_scroll_id_that_no_scroll_gave_is_refused_and_clearing_one_frees_nothing) {
  const std::string task = new_task();

  EXPECT_EQ(refused("events.debug_images", {{"metrics", {{{"task", task}}}}, {"scroll_id", "!"}}), "400/16");
  EXPECT_EQ(refused("events.next_plot_sample", {{"task", task}, {"scroll_id", "bm8"}}), "400/16");
  EXPECT_THAT(ok("events.clear_scroll", {{"scroll_id", "anything"}}), IsEmpty());
}

TEST_F(Events, vectors_come_back_by_rising_iteration) {
  const std::string task = new_task();
  for (const std::int64_t iter : {2, 1})
    line({{"type", "training_stats_vector"},
          {"task", task},
          {"iter", iter},
          {"metric", "w"},
          {"variant", "v"},
          {"values", {iter, 0.5}}});
  line({{"type", "training_stats_vector"}, {"task", task}, {"metric", "w"}, {"variant", "v"}});
  const json::object added = sent();

  EXPECT_EQ(added.at("added"), 2);
  EXPECT_EQ(added.at("errors"), 1);
  EXPECT_EQ(ok("events.get_vector_metrics_and_variants", {{"task", task}}).at("metrics"),
            json::value({{{"metric", "w"}, {"variants", {"v"}}}}));
  const json::object vectors =
      ok("events.vector_metrics_iter_histogram", {{"task", task}, {"metric", "w"}, {"variant", "v"}});
  ASSERT_EQ(vectors.at("images").as_array().size(), 2U);
  EXPECT_EQ(vectors.at("images").at(0).at("values"), json::value({1, 0.5}));
}

TEST_F(Events, a_log_is_downloaded_whole_in_the_form_that_is_asked_for) {
  const std::string task = new_task();
  for (int i = 0; i < 12'000; ++i)
    line({{"type", "log"},
          {"task", task},
          {"timestamp", 1000 + i},
          {"worker", "w"},
          {"level", "INFO"},
          {"msg", "line " + std::to_string(i)}});
  sent();

  const auto text = call("events.download_task_log", {{"task", task}, {"line_format", "{level}|{msg}|{other}"}});
  const auto lines_of = call("events.download_task_log", {{"task", task}, {"line_type", "json"}});

  ASSERT_TRUE(text && text->saved);
  EXPECT_EQ(text->saved->name, "task_" + task + ".log");
  EXPECT_EQ(std::count(text->saved->body.begin(), text->saved->body.end(), '\n'), 12'000);
  EXPECT_TRUE(text->saved->body.starts_with("INFO|line 0|{other}\n"));
  EXPECT_TRUE(text->saved->body.ends_with("INFO|line 11999|{other}\n"));
  EXPECT_THAT(lines_of->saved->body, HasSubstr(R"("msg":"line 7"})"));
  EXPECT_EQ(refused("events.download_task_log", {{"task", "none"}}), "400/101");
}

TEST_F(Events, a_published_task_takes_events_from_those_who_mean_it) {
  const std::string task = new_task();
  ok("tasks.started", {{"task", task}});
  ok("tasks.publish", {{"task", task}, {"force", true}});
  const json::object event{{"type", "log"}, {"task", task}, {"msg", "late"}};
  line(event);
  EXPECT_EQ(send(), "400/131");

  json::object meant = event;
  meant["allow_locked"] = true;
  line(meant);
  line(event);
  const json::object added = sent();

  EXPECT_EQ(added.at("added"), 1);  // the two contradict each other: the second is refused
  EXPECT_EQ(refused("events.clear_task_log", {{"task", task}}), "400/110");
  EXPECT_EQ(refused("events.delete_for_task", {{"task", task}}), "400/110");
  ok("events.delete_for_task", {{"task", task}, {"allow_locked", true}});
}

TEST_F(Events, of_a_shared_task_are_read_by_others_and_deleted_by_its_own) {
  const std::string task = new_task();
  line({{"type", "log"}, {"task", task}, {"msg", "kept"}});
  sent();
  ok("tasks.share", {{"tasks", {task}}});
  const CompanyId home = me.company;
  me.company = CompanyId::random();

  EXPECT_EQ(ok("events.get_task_log", {{"task", task}}).at("total"), 1);
  EXPECT_EQ(refused("events.delete_for_task", {{"task", task}}), "403/21");
  EXPECT_EQ(refused("events.clear_task_log", {{"task", task}}), "403/21");

  me.company = home;
  EXPECT_EQ(ok("events.clear_task_log", {{"task", task}}).at("deleted"), 1);
}

TEST_F(Events, of_a_model_are_kept_apart_and_deleted_with_it_or_alone) {
  const std::string model =
      std::string(ok("models.create", {{"uri", "file:///m"}, {"name", "net"}}).at("id").as_string());
  line({{"type", "plot"},
        {"task", model},
        {"model_event", true},
        {"iter", 1},
        {"metric", "m"},
        {"variant", "a"},
        {"plot_str", "{}"}});
  sent();
  const json::object ask{{"task", model}, {"metric", "m"}, {"model_events", true}};

  EXPECT_EQ(ok("events.get_plot_sample", ask).at("events").as_array().size(), 1U);
  ok("events.delete_for_model", {{"model", model}});
  EXPECT_EQ(ok("events.get_plot_sample", ask).at("events").as_array().size(), 0U);
  EXPECT_EQ(refused("events.delete_for_model", {{"model", "none"}}), "400/201");
}

}  // namespace
}  // namespace jarvis::server
