// A worker is lost: what becomes of the task that it ran, by the server's rule and by its queue's.
#include <gmock/gmock.h>

#include "server/scheduler/watchdog.h"
#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

using domain::LostPolicy;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

class LostWorker : public TaskFixture {
 protected:
  void rule(int times) {
    watchdog_ =
        scheduler::make_watchdog(*store, *dispatcher, clock, LostPolicy{times}, scheduler::WatchdogThread::none);
    queue_ = new_queue("line");
  }
  /// An agent takes the next task, starts it, and is heard of no more. The epoch of its run.
  std::int64_t run_and_vanish(const std::string& expected) {
    worker = "agent:0";
    const json::object given = next(queue_);
    EXPECT_EQ(given.at("entry").at("task"), json::value(expected));
    const std::int64_t epoch = given.at("lease").at("epoch").as_int64();
    speak_for(expected, epoch);
    ok("tasks.started", {{"task", expected}});
    return epoch;
  }
  void nobody_reports() {
    clock.advance(601s);
    ASSERT_TRUE(watchdog_->tick());
  }
  std::string text(const std::string& id, const char* field) { return get_string_or(task(id), field, ""); }

  std::unique_ptr<scheduler::Watchdog> watchdog_;
  std::string queue_;
};

TEST_F(LostWorker, fails_its_task_unless_somebody_said_otherwise) {
  rule(0);
  const std::string id = new_task();
  enqueue(id, queue_);
  run_and_vanish(id);

  nobody_reports();

  EXPECT_EQ(status(id), "failed");
  EXPECT_EQ(text(id, "status_reason"), "lost worker");
  EXPECT_THAT(waiting(queue_), ElementsAre());
}

TEST_F(LostWorker, gives_its_task_back_to_the_place_that_it_had) {
  rule(2);
  const std::string lost = new_task(), behind = new_task(), pushed = new_task();
  enqueue(lost, queue_);
  enqueue(behind, queue_);
  const std::int64_t old_run = run_and_vanish(lost);
  enqueue(pushed, queue_);
  ok("queues.move_task_to_front", {{"queue", queue_}, {"task", pushed}});

  clock.advance(70s);
  ASSERT_TRUE(watchdog_->tick());
  EXPECT_THAT(text(lost, "status_message"), HasSubstr("it waits in its queue again at"));
  nobody_reports();

  EXPECT_EQ(status(lost), "queued");
  EXPECT_EQ(text(lost, "status_reason"), "lost worker");
  EXPECT_THAT(waiting(queue_), ElementsAre(pushed, lost, behind));
  // Whatever the old run still says counts no more.
  speak_for(lost, old_run);
  EXPECT_EQ(refused("tasks.completed", {{"task", lost}}), "400/190");
  raw_body = R"({"type":"log","task":")" + lost + R"(","msg":"late"})";
  EXPECT_EQ(refused("events.add_batch"), "400/190");
  EXPECT_EQ(status(lost), "queued");
}

TEST_F(LostWorker, is_lost_so_many_times_and_then_the_task_fails) {
  rule(2);
  const std::string id = new_task();
  enqueue(id, queue_);
  std::int64_t epoch = 0;
  for (int i = 0; i < 2; ++i) {
    const std::int64_t newer = run_and_vanish(id);
    EXPECT_GT(newer, epoch);
    epoch = newer;
    nobody_reports();
    EXPECT_EQ(status(id), "queued");
  }

  run_and_vanish(id);
  nobody_reports();

  EXPECT_EQ(status(id), "failed");
  EXPECT_THAT(text(id, "status_message"), HasSubstr("2 times"));
  // Who enqueues it anew begins to count anew.
  me.lease.reset();
  ok("tasks.reset", {{"task", id}, {"force", true}});
  enqueue(id, queue_);
  run_and_vanish(id);
  nobody_reports();
  EXPECT_EQ(status(id), "queued");
}

TEST_F(LostWorker, is_dealt_with_as_the_queue_says) {
  rule(0);
  const auto say = [&](const char* value) {
    return json::object{{"queue", queue_},
                        {"metadata", json::array{json::object{{"key", "on_lost_worker"}, {"value", value}}}}};
  };
  ok("queues.add_or_update_metadata", say("queue:1"));
  EXPECT_EQ(refused("queues.add_or_update_metadata", say("sometimes")), "400/12");
  const std::string id = new_task();
  enqueue(id, queue_);

  run_and_vanish(id);
  nobody_reports();
  EXPECT_EQ(status(id), "queued");
  run_and_vanish(id);
  nobody_reports();
  EXPECT_EQ(status(id), "failed");
}

TEST_F(LostWorker, of_a_task_from_no_queue_that_is_there_fails_it) {
  rule(3);
  const std::string local = new_task(), orphan = new_task();
  enqueue(orphan, queue_);
  run_and_vanish(orphan);
  me.lease.reset();
  ok("queues.delete", {{"queue", queue_}});
  ok("tasks.started", {{"task", local}});
  json::object document = stored(store::Kind::task, local).value();
  document["last_worker"] = "laptop";
  put(store::Kind::task, document);

  nobody_reports();

  EXPECT_EQ(status(local), "failed");
  EXPECT_EQ(status(orphan), "failed");
}

TEST_F(LostWorker, that_comes_back_in_time_keeps_its_task) {
  rule(3);
  const std::string id = new_task();
  enqueue(id, queue_);
  run_and_vanish(id);
  clock.advance(500s);
  ASSERT_TRUE(watchdog_->tick());

  ok("tasks.ping", {{"task", id}});
  clock.advance(300s);
  ASSERT_TRUE(watchdog_->tick());

  EXPECT_EQ(status(id), "in_progress");
  ok("tasks.completed", {{"task", id}});
  EXPECT_EQ(status(id), "completed");
}

TEST_F(LostWorker, whose_task_is_taken_off_its_queue_leaves_it_stopped) {
  rule(1);
  const std::string id = new_task();
  enqueue(id, queue_);
  run_and_vanish(id);
  nobody_reports();
  me.lease.reset();

  ok("tasks.dequeue", {{"task", id}});

  EXPECT_EQ(status(id), "stopped");
  EXPECT_THAT(waiting(queue_), ElementsAre());
}

TEST(LostPolicies, are_read_or_refused) {
  EXPECT_EQ(domain::lost_policy_from("fail")->times, 0);
  EXPECT_EQ(domain::lost_policy_from("queue")->times, 3);
  EXPECT_EQ(domain::lost_policy_from("queue:7")->times, 7);
  for (const char* wrong : {"", "queue:", "queue:0", "queue:-1", "queue:1x", "queue:1001", "FAIL"})
    EXPECT_FALSE(domain::lost_policy_from(wrong)) << wrong;
}

}  // namespace
}  // namespace jarvis::server
