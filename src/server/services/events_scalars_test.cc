// Curves as charts, tables and exports ask for them.
#include <gmock/gmock.h>

#include "server/services/events_test_steps.h"

namespace jarvis::server {
namespace {

/// Two metrics with their variants, and a single value beside them.
class Curves : public EventsFixture {
 protected:
  std::string task = new_task({{"name", "curves"}});

  void scalar(std::string_view metric, std::string_view variant, std::int64_t iter, double value,
              std::int64_t timestamp = 1) {
    line({{"type", "training_stats_scalar"},
          {"task", task},
          {"iter", iter},
          {"metric", metric},
          {"variant", variant},
          {"timestamp", timestamp},
          {"value", value}});
  }
  Curves() {
    for (std::int64_t iter = 0; iter < 4; ++iter)
      scalar("loss", "train", iter, 10.0 - static_cast<double>(iter), 1000 + iter);
    scalar("loss", "test", 3, 8, 2000);
    scalar("accuracy", "train", 2, 0.5, 2001);
    scalar("Summary", "best", -2147483648, 42, 2002);
    sent();
  }
};

TEST_F(Curves, of_several_tasks_are_averaged_into_as_many_points_as_asked) {
  const json::object answer =
      ok("events.multi_task_scalar_metrics_iter_histogram", {{"tasks", {task}}, {"samples", 2}});

  const json::value& curve = answer.at("metrics").at("loss").at("train").at(task);
  EXPECT_EQ(curve.at("name"), "curves");
  EXPECT_EQ(curve.at("y"), json::value({9.5, 7.5}));
  EXPECT_FALSE(answer.at("metrics").as_object().contains("Summary"));
}

TEST_F(Curves, come_raw_in_batches_and_the_scroll_ends) {
  json::object ask{{"task", task}, {"metric", {{"metric", "loss"}, {"variants", {"train"}}}}, {"batch_size", 3}};

  const json::object first = ok("events.scalar_metrics_iter_raw", ask);
  ask["scroll_id"] = first.at("scroll_id");
  const json::object second = ok("events.scalar_metrics_iter_raw", ask);
  ask["scroll_id"] = second.at("scroll_id");

  EXPECT_EQ(first.at("total"), 4);
  EXPECT_EQ(first.at("variants").at("train").at("iter"), json::value({0, 1, 2}));
  EXPECT_EQ(second.at("variants").at("train").at("y"), json::value({7.0}));
  EXPECT_EQ(ok("events.scalar_metrics_iter_raw", ask).at("returned"), 0);
}

TEST_F(Curves, of_one_metric_come_as_the_events_they_were) {
  const json::object answer = ok("events.get_scalar_metric_data", {{"task", task}, {"metric", "accuracy"}});

  EXPECT_EQ(answer.at("total"), 1);
  const json::value& event = answer.at("events").at(0);
  EXPECT_EQ(event.at("variant"), "train");
  EXPECT_EQ(event.at("iter"), 2);
  EXPECT_EQ(event.at("value"), 0.5);
  EXPECT_EQ(event.at("timestamp"), 2001);
}

TEST_F(Curves, have_names) {
  const json::object answer = ok("events.get_scalar_metrics_and_variants", {{"task", task}});

  EXPECT_EQ(answer.at("metrics").at("loss"), json::value({"test", "train"}));
  EXPECT_EQ(answer.at("metrics").at("Summary"), json::value({"best"}));
}

TEST_F(Curves, single_values_stand_apart_from_them) {
  const json::object answer = ok("events.get_task_single_value_metrics", {{"tasks", {task}}});

  const json::value& of_task = answer.at("tasks").at(0);
  EXPECT_EQ(of_task.at("task"), task.c_str());
  ASSERT_EQ(of_task.at("values").as_array().size(), 1U);
  EXPECT_EQ(of_task.at("values").at(0).at("variant"), "best");
  EXPECT_EQ(of_task.at("values").at(0).at("value"), 42.0);
}

TEST_F(Curves, know_their_latest_values_and_the_tasks_name) {
  const json::object answer = ok("events.get_task_latest_scalar_values", {{"task", task}});

  EXPECT_EQ(answer.at("last_iter"), 3);
  EXPECT_EQ(answer.at("name"), "curves");
  const json::array& metrics = answer.at("metrics").as_array();
  ASSERT_EQ(metrics.size(), 2U);
  EXPECT_EQ(metrics.at(0).at("name"), "accuracy");
  EXPECT_EQ(metrics.at(1).at("variants").at(1).at("name"), "train");
  EXPECT_EQ(metrics.at(1).at("variants").at(1).at("last_value"), 7.0);
  EXPECT_EQ(metrics.at(1).at("variants").at(1).at("last_timestamp"), 1003);
}

TEST_F(Curves, metrics_are_listed_by_the_kind_of_event) {
  plot(task, 1, "roc", "a");
  image(task, 1, "samples", "a");
  sent();
  const auto metrics = [&](std::string_view type) {
    return ok("events.get_task_metrics", {{"tasks", {task}}, {"event_type", type}}).at("metrics").at(0).at("metrics");
  };

  EXPECT_EQ(metrics("training_stats_scalar"), json::value({"Summary", "accuracy", "loss"}));
  EXPECT_EQ(metrics("plot"), json::value({"roc"}));
  EXPECT_EQ(metrics("training_debug_image"), json::value({"samples"}));
}

TEST_F(Curves, events_of_a_task_are_scrolled_in_the_order_of_time) {
  json::object ask{{"task", task}, {"event_type", "training_stats_scalar"}, {"batch_size", 5}, {"order", "desc"}};

  const json::object first = ok("events.get_task_events", ask);
  ask["scroll_id"] = first.at("scroll_id");
  const json::object second = ok("events.get_task_events", ask);

  EXPECT_EQ(first.at("total"), 7);
  EXPECT_EQ(first.at("events").at(0).at("metric"), "Summary");
  EXPECT_EQ(second.at("returned"), 2);
  EXPECT_EQ(second.at("events").at(1).at("timestamp"), 1000);
}

TEST_F(Curves, plots_of_several_tasks_are_grouped_by_metric_variant_task_and_iteration) {
  plot(task, 1, "roc", "a");
  plot(task, 2, "roc", "a");
  sent();

  const json::object last = ok("events.get_multi_task_plots", {{"tasks", {task}}});
  const json::object both = ok("events.get_multi_task_plots", {{"tasks", {task}}, {"iters", 2}});

  EXPECT_EQ(last.at("returned"), 1);
  EXPECT_EQ(last.at("plots").at("roc").at("a").at(task).at("2").at("plots").at(0).at("iter"), 2);
  EXPECT_EQ(both.at("returned"), 2);
}

TEST_F(Curves, of_tasks_that_are_none_are_refused) {
  for (const char* action :
       {"events.get_scalar_metrics_and_variants", "events.get_task_latest_scalar_values", "events.get_task_events"})
    EXPECT_EQ(refused(action, {{"task", "nobody"}}), "400/101") << action;
  EXPECT_EQ(refused("events.get_task_metrics", {{"tasks", {"nobody"}}}), "400/101");
  EXPECT_EQ(refused("events.get_task_single_value_metrics", {{"tasks", {"nobody"}}}), "400/101");
}

TEST_F(Curves, metrics_of_several_tasks_come_as_one_list_with_their_variants) {
  const std::string first = std::exchange(task, new_task());
  scalar("loss", "valid", 1, 1);
  plot(task, 1, "roc", "a");
  sent();
  const json::array both{first.c_str(), task.c_str()};

  const json::object all = ok("events.get_multi_task_metrics", {{"tasks", both}});
  const json::object plots = ok("events.get_multi_task_metrics", {{"tasks", both}, {"event_type", "plot"}});

  ASSERT_EQ(all.at("metrics").as_array().size(), 4U);
  EXPECT_EQ(all.at("metrics").at(2).at("metric"), "loss");
  EXPECT_EQ(all.at("metrics").at(2).at("variants"), json::value({"test", "train", "valid"}));
  ASSERT_EQ(plots.at("metrics").as_array().size(), 1U);
  EXPECT_EQ(plots.at("metrics").at(0).at("metric"), "roc");
}

}  // namespace
}  // namespace jarvis::server
