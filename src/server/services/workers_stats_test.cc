// Charts of workers: numbers of machines in intervals, and how many workers there were.
#include <gmock/gmock.h>

#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class WorkerStats : public TaskFixture {
 protected:
  WorkerStats() { begin_ = clock.wall().ms() / 1000; }

  void report(std::string_view id, json::object stats, json::object more = {}) {
    more["worker"] = id;
    more["timestamp"] = clock.wall().ms();
    more["machine_stats"] = std::move(stats);
    ok("workers.status_report", std::move(more));
  }
  json::object period(std::int64_t seconds, std::int64_t interval) const {
    return {{"from_date", begin_}, {"to_date", begin_ + seconds}, {"interval", interval}};
  }
  json::array stats(json::array items, json::object more) {
    for (const auto& [key, value] : period(400, 40))
      more.emplace(key, value);
    more["items"] = std::move(items);
    return ok("workers.get_stats", std::move(more)).at("workers").as_array();
  }

  std::int64_t begin_;
};

TEST_F(WorkerStats, values_of_one_interval_are_averaged_or_the_least_or_the_most) {
  begin_ = begin_ / 40 * 40;
  for (const int value : {10, 20, 60}) {
    report("host:0", {{"memory_used", value}});
    clock.advance(std::chrono::seconds(1));
  }

  const json::array workers = stats({{{"key", "memory_used"}, {"category", "avg"}},
                                     {{"key", "memory_used"}, {"category", "min"}},
                                     {{"key", "memory_used"}, {"category", "max"}}},
                                    {});

  ASSERT_EQ(workers.size(), 1U);
  EXPECT_EQ(workers.at(0).at("worker"), "host:0");
  const json::value& metric = workers.at(0).at("metrics").at(0);
  EXPECT_EQ(metric.at("metric"), "memory_used");
  ASSERT_EQ(metric.at("dates").as_array().size(), 1U);
  EXPECT_EQ(metric.at("dates").at(0).as_int64() % 40, 0);
  EXPECT_EQ(metric.at("stats"), json::value({{{"aggregation", "avg"}, {"values", {30.0}}},
                                             {{"aggregation", "min"}, {"values", {10.0}}},
                                             {{"aggregation", "max"}, {"values", {60.0}}}}));
}

TEST_F(WorkerStats, lists_are_variants_by_their_place_and_single_numbers_are_the_total) {
  report("host:0", {{"cpu_usage", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}, {"memory_used", 512}});

  const json::array split = stats({{{"key", "cpu_usage"}}, {{"key", "memory_used"}}}, {{"split_by_variant", true}});
  const json::array together = stats({{{"key", "cpu_usage"}}}, {});

  std::vector<std::string> variants;
  for (const json::value& metric : split.at(0).at("metrics").as_array())
    variants.emplace_back(metric.at("variant").as_string());
  EXPECT_THAT(variants, ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "total"));
  EXPECT_EQ(together.at(0).at("metrics").as_array().size(), 1U);
  EXPECT_EQ(together.at(0).at("metrics").at(0).at("stats").at(0).at("values").at(0), 6.0);
}

TEST_F(WorkerStats, intervals_are_40_seconds_at_least_and_those_without_reports_are_left_out) {
  begin_ = begin_ / 40 * 40;
  report("host:0", {{"memory_used", 1}});
  clock.advance(std::chrono::seconds(200));
  report("host:0", {{"memory_used", 2}});

  json::object request = period(400, 1);
  request["items"] = {{{"key", "memory_used"}}};
  const json::object reply = ok("workers.get_stats", request);

  const json::array& dates = reply.at("workers").at(0).at("metrics").at(0).at("dates").as_array();
  ASSERT_EQ(dates.size(), 2U);
  EXPECT_EQ(dates.at(0), begin_);
  EXPECT_EQ(dates.at(1), begin_ + 200);
}

TEST_F(WorkerStats, only_workers_that_are_asked_for_and_have_the_metric_are_there) {
  report("a:0", {{"memory_used", 1}});
  report("b:0", {{"memory_used", 2}});
  report("c:0", {{"cpu_usage", {5}}});

  EXPECT_EQ(stats({{{"key", "memory_used"}}}, {}).size(), 2U);
  EXPECT_EQ(stats({{{"key", "memory_used"}}}, {{"worker_ids", {"b:0", "nobody"}}}).size(), 1U);
  EXPECT_THAT(stats({{{"key", "no_such_metric"}}}, {}), IsEmpty());
  me.company = CompanyId::random();
  EXPECT_THAT(stats({{{"key", "memory_used"}}}, {}), IsEmpty());
}

TEST_F(WorkerStats, a_report_is_of_its_timestamp_in_milliseconds_or_seconds_and_a_wrong_clock_means_now) {
  begin_ = begin_ / 40 * 40 - 400;
  const auto report_at = [&](std::int64_t timestamp, int value) {
    ok("workers.status_report",
       {{"worker", "host:0"}, {"timestamp", timestamp}, {"machine_stats", {{"memory_used", value}}}});
  };
  report_at((begin_ + 40) * 1000, 1);
  report_at(begin_ + 80, 2);
  report_at(4'000'000'000'000, 3);
  report_at(12, 4);

  const json::array workers = stats({{{"key", "memory_used"}}}, {{"to_date", begin_ + 800}});

  const json::value& metric = workers.at(0).at("metrics").at(0);
  const std::int64_t now = clock.wall().ms() / 1000 / 40 * 40;
  EXPECT_EQ(metric.at("dates"), json::array({begin_ + 40, begin_ + 80, now}));
}

TEST_F(WorkerStats, what_makes_no_chart_is_refused) {
  json::object request = period(400, 40);
  request["items"] = {{{"key", "memory_used"}}};
  const auto with = [&](std::string_view key, json::value value) {
    json::object changed = request;
    changed[key] = std::move(value);
    return refused("workers.get_stats", changed);
  };

  EXPECT_EQ(with("to_date", begin_), "400/12");
  EXPECT_EQ(with("items", json::array()), "400/12");
  EXPECT_EQ(with("items", {{{"category", "avg"}}}), "400/12");
  EXPECT_EQ(with("items", {{{"key", "memory_used"}, {"category", "median"}}}), "400/12");
  EXPECT_EQ(with("from_date", -1e300), "ok");
}

TEST_F(WorkerStats, what_is_no_number_in_a_report_is_left_out) {
  report("host:0", {{"memory_used", "much"}, {"cpu_usage", {5, nullptr, 7}}, {"gpu_usage", json::array()}});

  const json::array split = stats({{{"key", "cpu_usage"}}, {{"key", "memory_used"}}}, {{"split_by_variant", true}});

  const json::array& metrics = split.at(0).at("metrics").as_array();
  ASSERT_EQ(metrics.size(), 2U);
  EXPECT_EQ(metrics.at(0).at("variant"), "0");
  EXPECT_EQ(metrics.at(1).at("variant"), "2");
}

TEST_F(WorkerStats, metric_keys_are_grouped_by_what_they_are_about) {
  report("host:0", {{"cpu_usage", {5}}, {"cpu_temperature", {50}}, {"memory_used", 1}});
  clock.advance(std::chrono::seconds(30));
  report("host:0", {});
  report("other:0", {{"gpu_usage", {90}}});

  const json::object all = ok("workers.get_metric_keys");
  const json::object one = ok("workers.get_metric_keys", {{"worker_ids", {"host:0"}}});

  EXPECT_EQ(one.at("categories"), json::value({{{"name", "cpu"}, {"metric_keys", {"cpu_temperature", "cpu_usage"}}},
                                               {{"name", "memory"}, {"metric_keys", json::array{"memory_used"}}}}));
  EXPECT_EQ(all.at("categories").as_array().size(), 3U);
  EXPECT_EQ(refused("workers.get_metric_keys", {{"worker_ids", {"nobody"}}}), "400/1005");
}

TEST_F(WorkerStats, the_activity_of_400_seconds_has_ten_points) {
  report("a:0", {}, {{"task", new_task()}});
  report("a:0", {}, {{"task", new_task()}});
  report("b:0", {});
  clock.advance(std::chrono::seconds(360));
  report("b:0", {});

  const json::object report = ok("workers.get_activity_report", period(400, 10));

  json::array dates;
  for (int i = 0; i < 10; ++i)
    dates.emplace_back(begin_ + i * 40);
  json::array total(10), active(10);
  total[0] = 2;
  active[0] = 1;
  total[9] = 1;
  active[9] = 0;
  EXPECT_EQ(report.at("total").at("dates"), dates);
  EXPECT_EQ(report.at("total").at("counts"), total);
  EXPECT_EQ(report.at("active").at("dates"), dates);
  EXPECT_EQ(report.at("active").at("counts"), active);
}

TEST_F(WorkerStats, a_period_of_years_has_no_more_points_than_a_chart_shows) {
  const json::object report = ok("workers.get_activity_report", {{"from_date", 0}, {"to_date", 4e9}, {"interval", 1}});

  EXPECT_LE(report.at("total").at("dates").as_array().size(), 10'000U);
}

}  // namespace
}  // namespace jarvis::server
