#include "server/scheduler/statistics.h"

#include <gtest/gtest.h>

#include "proc/files.h"
#include "server/domain/worker_stats.h"
#include "server/store/documents.h"
#include "server/store/queue_entries.h"
#include "server/store/queue_samples.h"
#include "server/store/store_fixture.h"

namespace jarvis::server::scheduler {
namespace {

using namespace std::chrono_literals;

class StatisticsTest : public testing::Test {
 protected:
  void report(std::string_view worker, bool is_busy, const json::object& stats) {
    const std::string text = to_text(stats);
    ASSERT_TRUE(store_->write([&](store::Transaction& tx) {
      return tx.run("worker_sample_put",
                    {"c", worker, clock_.wall().ms(), std::int64_t{is_busy}, std::int64_t{0}, std::string_view(text)});
    }));
  }
  store::Rows samples(std::string_view worker) {
    return store_
        ->read([&](store::Transaction& tx) {
          return tx.run("worker_samples_of", {"c", worker, std::int64_t{0}, clock_.wall().ms() + 1});
        })
        .value();
  }
  std::vector<store::QueueSample> queue_samples() {
    return store_
        ->read(
            [&](store::Transaction& tx) { return store::queue_samples(tx, QueueId("q"), 0, clock_.wall().ms() + 1); })
        .value();
  }
  void change(const store::Store::Work& work) { ASSERT_TRUE(store_->write_status(work)); }
  void tick() { ASSERT_TRUE(statistics_.tick()); }

  FakeClock clock_;
  proc::TempDir dir_ = proc::TempDir::make("/tmp", "jarvis-statistics-").value();
  std::unique_ptr<store::Store> store_ = store::chosen_store_kind().open(dir_.path());
  Statistics statistics_{*store_, clock_};
};

TEST_F(StatisticsTest, old_reports_become_one_for_ten_minutes_that_says_the_same) {
  clock_.advance(std::chrono::microseconds(600'000'000 - clock_.wall().us % 600'000'000));
  const std::int64_t begin = clock_.wall().ms();
  report("w", false, {{"cpu_usage", {10, 30}}, {"memory_used", 5}});
  clock_.advance(30s);
  report("w", true, {{"cpu_usage", {20, 10}}, {"memory_used", 7}});
  clock_.advance(600s);
  report("w", false, {{"memory_used", 9}});

  clock_.advance(47h);
  tick();
  EXPECT_EQ(samples("w").size(), 3U);
  clock_.advance(61min);
  tick();

  const store::Rows rows = samples("w");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].integer(0), begin);
  std::map<std::string, domain::Spread> seen;
  domain::for_each_stat(parse_json_object(rows[0].text(1)).value(),
                        [&](std::string_view metric, std::string_view variant, const domain::Spread& spread) {
                          seen[std::string(metric) + "/" + std::string(variant)] = spread;
                        });
  EXPECT_EQ(seen.at("cpu_usage/0").average(), 15);
  EXPECT_EQ(seen.at("cpu_usage/1").max, 30);
  EXPECT_EQ(seen.at("memory_used/total").min, 5);
  EXPECT_EQ(seen.at("memory_used/total").count, 2);
}

TEST_F(StatisticsTest, a_late_report_joins_those_that_are_merged_already) {
  report("w", false, {{"memory_used", 1}});
  const WallTime then = clock_.wall();
  clock_.advance(49h);
  tick();
  change([&](store::Transaction& tx) -> Status {
    CHECK_OK(tx.run("worker_sample_put",
                    {"c", "w", then.ms() + 1, std::int64_t{1}, std::int64_t{0}, R"({"memory_used":3})"}));
    return {};
  });

  tick();

  ASSERT_EQ(samples("w").size(), 1U);
  const json::object stats = parse_json_object(samples("w")[0].text(1)).value();
  EXPECT_EQ(stats.at("memory_used").at("count"), 2);
}

TEST_F(StatisticsTest, what_is_older_than_ninety_days_is_gone) {
  report("w", false, {{"memory_used", 1}});
  clock_.advance(24h * 91);
  tick();

  EXPECT_TRUE(samples("w").empty());
}

TEST_F(StatisticsTest, a_queue_is_sampled_when_it_changed_and_thinned_when_it_is_old) {
  clock_.advance(std::chrono::microseconds(600'000'000 - clock_.wall().us % 600'000'000));
  change([&](store::Transaction& tx) {
    return store::put(tx, store::Kind::queue, {{"id", "q"}, {"company", "c"}, {"name", "queue"}});
  });
  tick();
  EXPECT_TRUE(queue_samples().empty());
  for (const char* task : {"a", "b", "c"}) {
    change([&](store::Transaction& tx) { return store::push_back(tx, QueueId("q"), TaskId(task), clock_.wall()); });
    clock_.advance(10s);
    tick();
  }
  ASSERT_EQ(queue_samples().size(), 3U);
  EXPECT_EQ(queue_samples().back().length, 3);
  EXPECT_DOUBLE_EQ(queue_samples().back().wait_seconds(), 20);
  change([&](store::Transaction& tx) -> Status {
    for (const char* task : {"a", "b", "c"})
      CHECK_OK(store::remove(tx, TaskId(task)));
    return {};
  });
  tick();
  EXPECT_EQ(queue_samples().back().length, 0);

  clock_.advance(49h);
  tick();

  ASSERT_EQ(queue_samples().size(), 1U);
  EXPECT_EQ(queue_samples().front().length, 0);
}

}  // namespace
}  // namespace jarvis::server::scheduler
