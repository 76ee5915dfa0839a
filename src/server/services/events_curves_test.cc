// Curves as a chart asks for them.
#include <gmock/gmock.h>

#include <cmath>

#include "server/services/events_test_steps.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;

class ChartCurves : public EventsFixture {
 protected:
  void point(const std::string& task, std::int64_t iter, double value, std::string_view variant = "v") {
    line({{"type", "training_stats_scalar"},
          {"task", task},
          {"metric", "m"},
          {"variant", variant},
          {"iter", iter},
          {"timestamp", 1'000 + iter * 10},
          {"value", value}});
  }
  json::object curve(json::object ask) {
    const json::object answer = ok("events.get_curves", std::move(ask));
    return answer.at("curves").at(0).as_object();
  }
  static std::vector<double> numbers(const json::value& list) {
    std::vector<double> out;
    for (const json::value& item : list.as_array())
      out.push_back(item.is_null() ? NAN : item.to_number<double>());
    return out;
  }
};

TEST_F(ChartCurves, of_few_points_are_the_points_of_every_task_that_is_asked) {
  const std::string a = new_task(), b = new_task();
  for (std::int64_t i = 0; i < 3; ++i) {
    point(a, i, static_cast<double>(i) * 2);
    point(b, i, -1, "w");
  }
  sent();

  const json::object both = ok("events.get_curves", {{"tasks", {a, b}}});
  const json::object one = curve({{"tasks", {a, b}}, {"metrics", {{{"metric", "m"}, {"variants", {"w"}}}}}});

  EXPECT_EQ(both.at("curves").as_array().size(), 2U);
  EXPECT_THAT(numbers(both.at("curves").at(0).at("y")), ElementsAre(0, 2, 4));
  EXPECT_EQ(one.at("task").as_string(), b);
  EXPECT_FALSE(one.contains("low"));
  EXPECT_THAT(numbers(curve({{"tasks", {a}}, {"key", "timestamp"}}).at("x")), ElementsAre(1000, 1010, 1020));
  EXPECT_EQ(refused("events.get_curves", {{"tasks", {"0"}}}), "400/101");
}

TEST_F(ChartCurves, of_many_points_keep_every_spike_in_the_range_of_its_pixel) {
  const std::string task = new_task();
  for (std::int64_t i = 0; i < 1000; ++i)
    point(task, i, i == 537 ? 99 : 1);
  sent();

  const json::object shown = curve({{"tasks", {task}}, {"samples", 20}});

  const auto high = numbers(shown.at("high")), low = numbers(shown.at("low")), y = numbers(shown.at("y"));
  EXPECT_LE(high.size(), 21U);
  EXPECT_EQ(*std::ranges::max_element(high), 99);
  EXPECT_EQ(*std::ranges::max_element(low), 1);
  EXPECT_NEAR(*std::ranges::max_element(y), 1 + 98.0 / 50, 0.1);
  EXPECT_EQ(shown.at("points").as_int64(), 1000);
}

TEST_F(ChartCurves, of_a_range_have_its_points_and_the_one_beyond_each_end) {
  const std::string task = new_task();
  for (std::int64_t i = 0; i < 100; ++i)
    point(task, i, static_cast<double>(i));
  sent();

  EXPECT_THAT(numbers(curve({{"tasks", {task}}, {"from", 9.5}, {"to", 12.5}}).at("x")), ElementsAre(9, 10, 11, 12, 13));
  EXPECT_THAT(numbers(curve({{"tasks", {task}}, {"from", 98}, {"to", 500}}).at("x")), ElementsAre(97, 98, 99));
}

TEST_F(ChartCurves, have_gaps_where_there_is_no_number_and_no_single_values) {
  const std::string task = new_task();
  point(task, 0, 1);
  line({{"type", "training_stats_scalar"},
        {"task", task},
        {"metric", "m"},
        {"variant", "v"},
        {"iter", 1},
        {"value", "nan"}});
  point(task, 2, 3);
  line({{"type", "training_stats_scalar"},
        {"task", task},
        {"metric", "s"},
        {"variant", "s"},
        {"iter", -2147483648},
        {"value", 5}});
  raw_body = std::exchange(lines, {});
  ok("events.add_batch");

  const json::object answer = ok("events.get_curves", {{"tasks", {task}}});

  ASSERT_EQ(answer.at("curves").as_array().size(), 1U);
  for (const double y : numbers(answer.at("curves").at(0).at("y")))
    EXPECT_TRUE(std::isnan(y) || y == 1 || y == 3);
}

}  // namespace
}  // namespace jarvis::server
