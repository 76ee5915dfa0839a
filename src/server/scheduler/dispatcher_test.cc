#include "server/scheduler/dispatcher.h"

#include <gtest/gtest.h>

#include <future>
#include <set>

#include "proc/files.h"
#include "server/store/store_fixture.h"

namespace jarvis::server::scheduler {
namespace {

using namespace std::chrono_literals;
using Outcome = Result<std::optional<store::Lease>>;

class DispatcherTest : public testing::Test {
 protected:
  DispatcherTest()
      : dir_(proc::TempDir::make("/tmp", "jarvis-dispatch-").value()),
        store_(store::chosen_store_kind().open(dir_.path())),
        dispatcher_(make_dispatcher(*store_, clock_)) {}

  void enqueue(const char* task, const char* queue = "q") {
    ASSERT_TRUE(store_->write([&](store::Transaction& tx) -> Status {
      CHECK_OK(store::push_back(tx, QueueId(queue), TaskId(task), clock_.wall()));
      tx.on_commit([this, id = QueueId(queue)] { dispatcher_->entry_added(id); });
      return {};
    }));
  }
  struct Asked {
    std::future<Outcome> outcome;
    std::shared_ptr<void> handle;
    std::optional<store::Lease> lease() {
      if (outcome.wait_for(10s) != std::future_status::ready) return std::nullopt;
      return outcome.get().value();
    }
  };
  Asked ask(std::vector<QueueId> queues = {QueueId("q")}, std::chrono::milliseconds wait = 20s) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    Asked asked{.outcome = promise->get_future(), .handle = {}};
    asked.handle = dispatcher_->claim({.queues = std::move(queues), .worker = WorkerId("w"), .wait = wait},
                                      [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
    return asked;
  }
  std::int64_t waiting(const char* queue = "q") {
    return store_->read([&](store::Transaction& tx) { return store::entry_count(tx, QueueId(queue)); }).value();
  }

  FakeClock clock_;
  proc::TempDir dir_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Dispatcher> dispatcher_;
};

TEST_F(DispatcherTest, an_entry_that_is_there_is_handed_out_at_once) {
  enqueue("a");

  EXPECT_EQ(ask().lease()->task, TaskId("a"));
}

TEST_F(DispatcherTest, an_entry_that_comes_wakes_who_waits) {
  Asked asked = ask();
  ASSERT_NE(asked.outcome.wait_for(0s), std::future_status::ready);

  enqueue("a");

  EXPECT_EQ(asked.lease()->task, TaskId("a"));
}

TEST_F(DispatcherTest, an_entry_of_another_queue_wakes_nobody) {
  Asked asked = ask();

  enqueue("a", "other");

  EXPECT_NE(asked.outcome.wait_for(20ms), std::future_status::ready);
  EXPECT_EQ(waiting("other"), 1);
}

TEST_F(DispatcherTest, at_the_deadline_there_is_nothing) {
  Asked asked = ask({QueueId("q")}, 5s);

  clock_.advance(6s);

  EXPECT_EQ(asked.lease(), std::nullopt);
}

TEST_F(DispatcherTest, who_went_away_is_not_given_a_task) {
  Asked first = ask();
  Asked second = ask();
  first.handle.reset();

  enqueue("a");

  EXPECT_EQ(second.lease()->task, TaskId("a"));
  EXPECT_EQ(first.lease(), std::nullopt);
}

TEST_F(DispatcherTest, a_storm_of_entries_reaches_every_waiter_once) {
  std::vector<Asked> agents;
  for (int i = 0; i < 100; ++i)
    agents.push_back(ask());
  for (int i = 0; i < 100; ++i)
    enqueue(("t" + std::to_string(i)).c_str());

  std::set<std::string> got;
  for (Asked& agent : agents) {
    const auto lease = agent.lease();
    ASSERT_TRUE(lease);
    got.insert(lease->task.str());
  }
  EXPECT_EQ(got.size(), 100U);
  EXPECT_EQ(waiting(), 0);
}

TEST_F(DispatcherTest, stop_ends_every_wait_with_nothing) {
  Asked asked = ask();

  dispatcher_->stop();

  EXPECT_EQ(asked.lease(), std::nullopt);
}

}  // namespace
}  // namespace jarvis::server::scheduler
