// Charts of queues.
#include <gmock/gmock.h>

#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

class QueueMetrics : public TaskFixture {
 protected:
  QueueMetrics() {
    // On a whole interval: what happens within 10 seconds from here is in one.
    clock.advance(std::chrono::microseconds(10'000'000 - clock.wall().us % 10'000'000));
    begin_ = clock.wall().ms() / 1000;
  }

  json::array metrics(json::object more) {
    more["from_date"] = begin_;
    more["to_date"] = begin_ + 1000;
    more.emplace("interval", 10);
    return ok("queues.get_queue_metrics", std::move(more)).at("queues").as_array();
  }
  json::value metrics_of(const std::string& queue) { return metrics({{"queue_ids", {queue}}}).at(0); }
  /// The server looks at the queues now and then; so does each question.
  void look() { (void)metrics({}); }

  std::int64_t begin_;
};

TEST_F(QueueMetrics, tell_length_and_average_wait_whenever_they_changed) {
  const std::string queue = new_queue("work");
  const std::string first = new_task(), second = new_task();
  enqueue(first, queue);
  look();
  clock.advance(std::chrono::seconds(20));
  enqueue(second, queue);
  look();
  clock.advance(std::chrono::seconds(20));
  next(queue);

  const json::value found = metrics_of(queue);

  EXPECT_EQ(found.at("queue"), queue.c_str());
  EXPECT_EQ(found.at("dates"), json::array({begin_, begin_ + 20, begin_ + 40}));
  EXPECT_EQ(found.at("queue_lengths"), json::array({1, 2, 1}));
  EXPECT_EQ(found.at("avg_waiting_times"), json::array({0.0, 10.0, 20.0}));
}

TEST_F(QueueMetrics, an_interval_with_several_samples_shows_the_one_with_the_longest_wait) {
  const std::string queue = new_queue("work");
  enqueue(new_task(), queue);
  clock.advance(std::chrono::seconds(5));
  look();
  next(queue);
  enqueue(new_task(), queue);
  enqueue(new_task(), queue);
  clock.advance(std::chrono::seconds(1));

  const json::value found = metrics_of(queue);

  EXPECT_EQ(found.at("dates"), json::array{begin_});
  EXPECT_EQ(found.at("avg_waiting_times"), json::array{5.0});
  EXPECT_EQ(found.at("queue_lengths"), json::array{1});
}

TEST_F(QueueMetrics, what_does_not_change_is_sampled_once_a_minute_or_when_asked_to) {
  const std::string queue = new_queue("work");
  enqueue(new_task(), queue);
  look();
  clock.advance(std::chrono::seconds(30));
  EXPECT_EQ(metrics_of(queue).at("dates").as_array().size(), 1U);
  clock.advance(std::chrono::seconds(30));
  EXPECT_EQ(metrics_of(queue).at("dates").as_array().size(), 2U);
  clock.advance(std::chrono::seconds(10));

  const json::value refreshed = metrics({{"queue_ids", {queue}}, {"refresh", true}}).at(0);

  EXPECT_EQ(refreshed.at("dates"), json::array({begin_, begin_ + 60, begin_ + 70}));
  EXPECT_EQ(refreshed.at("avg_waiting_times"), json::array({0.0, 60.0, 70.0}));
}

TEST_F(QueueMetrics, without_names_all_queues_are_averaged_under_one) {
  const std::string one = new_queue("one"), other = new_queue("other");
  enqueue(new_task(), one);
  for (int i = 0; i < 3; ++i)
    enqueue(new_task(), other);

  const json::array found = metrics({});

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.at(0).at("queue"), "all");
  EXPECT_EQ(found.at(0).at("queue_lengths"), json::array{2});
}

TEST_F(QueueMetrics, queues_of_others_and_such_as_never_held_a_task_show_nothing) {
  const std::string queue = new_queue("work"), never = new_queue("never used");
  enqueue(new_task(), queue);

  EXPECT_EQ(metrics_of(never).at("dates"), json::array());
  EXPECT_EQ(metrics({{"queue_ids", {"nowhere"}}}).size(), 0U);
  me.company = CompanyId::random();
  EXPECT_EQ(metrics({{"queue_ids", {queue}}}).size(), 0U);
  EXPECT_EQ(refused("queues.get_queue_metrics", {{"from_date", 5}, {"to_date", 5}, {"interval", 1}}), "400/12");
}

}  // namespace
}  // namespace jarvis::server
