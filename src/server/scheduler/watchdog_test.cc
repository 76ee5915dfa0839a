#include "server/scheduler/watchdog.h"

#include <gtest/gtest.h>

#include "proc/files.h"
#include "server/domain/task_document.h"
#include "server/store/documents.h"
#include "server/store/store_fixture.h"

namespace jarvis::server::scheduler {
namespace {

using namespace std::chrono_literals;

class WatchdogTest : public testing::Test {
 protected:
  WatchdogTest()
      : dir_(proc::TempDir::make("/tmp", "jarvis-watchdog-").value()),
        store_(store::chosen_store_kind().open(dir_.path())),
        dispatcher_(make_dispatcher(*store_, clock_)),
        watchdog_(make_watchdog(*store_, *dispatcher_, clock_, domain::LostPolicy(), WatchdogThread::none)) {}

  void put_running(const char* id, json::object fields) {
    Identity owner;
    owner.user = UserId("u");
    json::object task = domain::new_task(id, "training", owner, clock_.wall());
    task["id"] = id;
    task["status"] = "in_progress";
    for (const auto& [key, value] : fields)
      task[key] = value;
    ASSERT_TRUE(store_->write([&](store::Transaction& tx) { return store::put(tx, store::Kind::task, task); }));
  }
  std::string field(const char* id, const char* name) {
    const auto task =
        store_->read([&](store::Transaction& tx) { return store::get(tx, store::Kind::task, id); }).value();
    return get_string_or(*task, name, "");
  }
  void wait(std::chrono::seconds time) {
    clock_.advance(time);
    ASSERT_TRUE(watchdog_->tick());
  }
  void lease(const char* id) {
    ASSERT_TRUE(store_->write([&](store::Transaction& tx) -> Status {
      CHECK_OK(store::push_back(tx, QueueId("q"), TaskId(id), clock_.wall()));
      CHECK_OK(store::claim_next(tx, {QueueId("q")}, WorkerId("w"), clock_.wall() + 30s));
      return {};
    }));
  }
  std::int64_t waiting() {
    return store_->read([](store::Transaction& tx) { return store::entry_count(tx, QueueId("q")); }).value();
  }

  FakeClock clock_;
  proc::TempDir dir_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<Watchdog> watchdog_;
};

TEST_F(WatchdogTest, an_unconfirmed_lease_goes_back_to_its_queue) {
  lease("a");

  wait(29s);
  EXPECT_EQ(waiting(), 0);
  wait(2s);
  EXPECT_EQ(waiting(), 1);
}

TEST_F(WatchdogTest, a_clock_that_is_set_expires_nothing) {
  put_running("a", {{"last_worker", "w"}});
  clock_.advance(120s);
  ASSERT_TRUE(watchdog_->tick());
  lease("b");

  clock_.jump(1h);
  ASSERT_TRUE(watchdog_->tick());

  EXPECT_EQ(field("a", "status"), "in_progress");
  EXPECT_EQ(waiting(), 0);
}

TEST_F(WatchdogTest, a_clock_that_is_set_back_keeps_no_lease_for_as_long) {
  lease("a");

  clock_.jump(-1h);
  ASSERT_TRUE(watchdog_->tick());
  EXPECT_EQ(waiting(), 0);
  wait(61s);

  EXPECT_EQ(waiting(), 1);
}

TEST_F(WatchdogTest, a_task_whose_worker_is_gone_fails_by_name) {
  put_running("a", {{"last_worker", "w"}});

  wait(599s);
  EXPECT_EQ(field("a", "status"), "in_progress");
  wait(2s);
  EXPECT_EQ(field("a", "status"), "failed");
  EXPECT_EQ(field("a", "status_reason"), "lost worker");
}

TEST_F(WatchdogTest, a_worker_that_is_not_heard_of_is_told_long_before_its_task_is_given_up) {
  put_running("a", {{"last_worker", "host:0"}});
  put_running("asked to stop", {{"last_worker", "host:0"}, {"status_message", "stopping"}});
  put_running("without an agent", {});
  const std::string last_update = field("a", "last_update");

  wait(70s);  // the server was started a moment before: everybody has a minute

  EXPECT_EQ(field("a", "status"), "in_progress");
  EXPECT_EQ(field("a", "status_reason"), "worker not heard of");
  EXPECT_EQ(field("a", "status_message"),
            "Nothing has been heard of host:0 since 2023-11-14 22:13:20 UTC. If that stays so, the task fails at "
            "2023-11-14 22:23:20 UTC.");
  EXPECT_EQ(field("a", "last_update"), last_update);
  EXPECT_EQ(field("asked to stop", "status_message"), "stopping");
  EXPECT_EQ(field("without an agent", "status_reason"), "");
}

TEST_F(WatchdogTest, a_worker_that_reports_keeps_its_task) {
  put_running("a", {{"last_worker", "w"}, {"last_worker_report", to_iso(clock_.wall() + 500s)}});

  wait(700s);

  EXPECT_EQ(field("a", "status"), "in_progress");
}

TEST_F(WatchdogTest, a_script_without_an_agent_is_stopped_after_two_hours) {
  put_running("a", {});

  wait(7199s);
  EXPECT_EQ(field("a", "status"), "in_progress");
  wait(2s);
  EXPECT_EQ(field("a", "status"), "stopped");
}

}  // namespace
}  // namespace jarvis::server::scheduler
