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

/// A curve so long that most of it is in packs that have summaries: of sixty-five batches.
class LongCurve : public ChartCurves {
 protected:
  static constexpr std::int64_t kBatches = 65, kBatchPoints = 3'000, kPoints = kBatches * kBatchPoints;
  const std::string id = new_task();

  static double value(std::int64_t iter) {
    if (iter == 77'777) return 500;
    return 1 + std::sin(static_cast<double>(iter) * 0.7) / 10;
  }
  void report(std::int64_t from, double scale = 1) {
    std::string out;
    for (std::int64_t i = from; i < from + kBatchPoints; ++i) {
      out += R"({"type":"training_stats_scalar","task":")" + id + R"(","metric":"m","variant":"v","iter":)" +
             std::to_string(i) + R"(,"timestamp":)" + std::to_string(1'000 + i * 10) + R"(,"value":)" +
             std::to_string(scale * value(i)) + "}\n";
    }
    raw_body = std::move(out);
    ok("events.add_batch");
  }
  void report_all() {
    for (std::int64_t batch = 0; batch < kBatches; ++batch)
      report(batch * kBatchPoints);
  }
  std::int64_t summaries() {
    return store->read([](store::Transaction& tx) { return tx.run_sql("SELECT count(*) FROM scalar_summaries", {}); })
        .value()
        .front()
        .integer(0);
  }
  void forget_summaries() {
    ASSERT_TRUE(store->write([](store::Transaction& tx) { return tx.run_sql("DELETE FROM scalar_summaries", {}); }));
  }
};

TEST_F(LongCurve, is_drawn_from_summaries_with_every_spike_and_every_point_counted) {
  report_all();
  ASSERT_EQ(summaries(), 3);  // of a sealed pack, of the rest that was merged with it, of the last batch

  for (const char* key : {"iter", "timestamp"}) {
    const json::object shown = curve({{"tasks", {id}}, {"samples", 50}, {"key", key}});

    const auto x = numbers(shown.at("x")), high = numbers(shown.at("high")), low = numbers(shown.at("low"));
    EXPECT_EQ(shown.at("points").as_int64(), kPoints);
    EXPECT_THAT(x.size(), testing::AllOf(testing::Ge(50U), testing::Le(51U)));
    EXPECT_TRUE(std::ranges::is_sorted(x));
    const auto spike = std::ranges::max_element(high);
    EXPECT_EQ(*spike, 500);
    const double at = x[static_cast<std::size_t>(spike - high.begin())];
    EXPECT_NEAR(std::string_view(key) == "iter" ? at : (at - 1'000) / 10, 77'777, 2.0 * kPoints / 50);
    EXPECT_NEAR(low.front(), 0.9, 0.001);
    EXPECT_NEAR(numbers(shown.at("y")).front(), 1, 0.001);
  }
}

TEST_F(LongCurve, that_is_zoomed_into_is_its_points) {
  report_all();

  const json::object shown = curve({{"tasks", {id}}, {"samples", 50}, {"from", 77'775.5}, {"to", 77'778.5}});
  const json::object begin = curve({{"tasks", {id}}, {"samples", 50}, {"from", -10}, {"to", 1}});

  EXPECT_THAT(numbers(shown.at("x")), ElementsAre(77'775, 77'776, 77'777, 77'778, 77'779));
  EXPECT_EQ(numbers(shown.at("y")).at(2), 500);
  EXPECT_THAT(numbers(begin.at("x")), ElementsAre(0, 1, 2));
}

TEST_F(LongCurve, of_a_run_that_went_back_shows_what_was_reported_last) {
  report_all();
  report(0, 1'000);

  const json::object shown = curve({{"tasks", {id}}, {"samples", 50}});

  EXPECT_EQ(shown.at("points").as_int64(), kPoints);
  EXPECT_NEAR(numbers(shown.at("low")).front(), 1, 1);  // its first pixel reaches beyond what was reported again
  EXPECT_NEAR(numbers(shown.at("high")).front(), 1'100, 1);
  EXPECT_NEAR(numbers(curve({{"tasks", {id}}, {"from", 0}, {"to", 9}}).at("y")).front(), 1'000, 1);
}

TEST_F(LongCurve, of_a_server_that_made_no_summaries_gets_them_when_it_is_first_drawn) {
  report_all();
  const json::object before = curve({{"tasks", {id}}, {"samples", 50}});
  forget_summaries();
  const json::object names = ok("events.get_multi_task_metrics", {{"tasks", {id}}});

  const json::object again = curve({{"tasks", {id}}, {"samples", 50}});

  EXPECT_EQ(again, before);
  EXPECT_EQ(summaries(), 3);
  EXPECT_EQ(ok("events.get_multi_task_metrics", {{"tasks", {id}}}), names);
}

TEST_F(LongCurve, takes_its_summaries_along_when_its_task_is_deleted) {
  report_all();
  ok("tasks.delete", {{"task", id}, {"force", true}});

  EXPECT_EQ(summaries(), 0);
}

TEST_F(LongCurve, has_the_last_value_that_was_reported) {
  report_all();
  line({{"type", "training_stats_scalar"},
        {"task", id},
        {"metric", "s"},
        {"variant", "s"},
        {"iter", -2147483648},
        {"value", 5}});
  sent();

  const json::object latest = ok("events.get_task_latest_scalar_values", {{"task", id}});
  const json::object singles = ok("events.get_task_single_value_metrics", {{"tasks", {id}}});

  EXPECT_EQ(latest.at("last_iter").as_int64(), kPoints - 1);
  EXPECT_EQ(latest.at("metrics").as_array().size(), 1U);
  EXPECT_EQ(singles.at("tasks").at(0).at("values").at(0).at("value").to_number<double>(), 5);
  EXPECT_EQ(singles.at("tasks").at(0).at("values").as_array().size(), 1U);
}

}  // namespace
}  // namespace jarvis::server
