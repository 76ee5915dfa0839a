// The thread that asks for work: what is asked for, called off, held back.
#include "agent/dispatch/asker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>

#include "agent/dispatch/fake_api.h"

namespace jarvis::agent {
namespace {

using std::chrono::milliseconds;

const QueueName kHigh{"high", ""}, kLow{"low", ""};

class Askers : public ::testing::Test {
 protected:
  std::unique_ptr<Asker> start(ServerInfo server = {}) {
    return std::make_unique<Asker>(api.call(), Claimer(api.call(), "w", std::move(server)),
                                   QueueGate(api.call(), {}, "w", clock), milliseconds(1), wake);
  }
  std::optional<Claim> next(Asker& asker) {
    pollfd ready{.fd = wake.fd(), .events = POLLIN, .revents = 0};
    ::poll(&ready, 1, 20'000);
    wake.clear();
    return asker.take();
  }
  int count(const std::string& call) {
    const auto asked = api.asked();
    return static_cast<int>(
        std::ranges::count_if(asked, [&](const std::string& one) { return one.find(call) != one.npos; }));
  }

  FakeApi api;
  FakeClock clock;
  proc::Wakeup wake;
};

FakeApi::Answer task_in(const std::string& queue) {
  return [=](std::string_view action, const json::object& body) -> Result<json::object> {
    if (action == "queues.get_next_task" && get_string_or(body, "queue", "") == queue) return entry_of("of " + queue);
    if (action == "queues.get_by_id")
      return json::object{{"queue", json::object{{"entries", json::array{json::object{{"task", "waits"}}}}}}};
    return json::object();
  };
}

TEST_F(Askers, one_claim_comes_and_the_next_only_when_it_is_wanted) {
  api.set_answer(task_in("low"));
  const auto asker = start();

  asker->want({{kHigh}, {kLow}});
  const auto claim = next(*asker);

  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->task, "of low");
  EXPECT_FALSE(asker->take());
  EXPECT_EQ(count("get_next_task"), 2);
  asker->want({{kLow}});
  EXPECT_TRUE(next(*asker));
}

TEST_F(Askers, a_queue_without_room_is_not_asked_and_holds_back_the_less_important_while_something_waits_in_it) {
  api.set_answer(task_in("low"));
  const auto asker = start();

  asker->want({{kHigh, false}, {kLow}});
  while (count("queues.get_by_id") == 0)
    std::this_thread::yield();
  asker->stop();

  EXPECT_FALSE(asker->take());
  EXPECT_EQ(count("get_next_task"), 0);
}

TEST_F(Askers, a_queue_without_room_that_is_empty_holds_nobody_back) {
  api.set_answer([](std::string_view action, const json::object&) -> Result<json::object> {
    if (action == "queues.get_next_task") return entry_of("t");
    return json::object{{"queue", json::object{{"entries", json::array()}}}};
  });
  const auto asker = start();

  asker->want({{kHigh, false}, {kLow}});
  const auto claim = next(*asker);

  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->queue, "low");
}

TEST_F(Askers, errors_are_tried_again) {
  std::atomic<int> left = 2;
  api.set_answer([&](std::string_view action, const json::object&) -> Result<json::object> {
    if (action == "queues.get_next_task" && left-- > 0) return unavailable("away");
    return entry_of("t");
  });
  const auto asker = start();

  asker->want({{kLow}});

  EXPECT_TRUE(next(*asker));
}

TEST_F(Askers, a_claim_that_came_while_it_was_stopped_is_there_to_give_back) {
  std::atomic<bool> is_asked = false;
  api.set_answer([&](std::string_view action, const json::object&) -> Result<json::object> {
    if (action == "queues.get_next_task") is_asked = true;
    return entry_of("t");
  });
  const auto asker = start();

  asker->want({{kLow}});
  while (!is_asked)
    std::this_thread::yield();
  asker->stop();

  EXPECT_TRUE(asker->take());
}

}  // namespace
}  // namespace jarvis::agent
