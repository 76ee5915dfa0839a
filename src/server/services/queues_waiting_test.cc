// Why does my task not run? Its place, who stands before it, who could run it, and when that will be.
#include <gmock/gmock.h>

#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

using testing::HasSubstr;

class Waiting : public TaskFixture {
 protected:
  json::object why(const std::string& id) { return ok("queues.get_waiting_status", {{"task", id}}); }
  void report(std::string_view id, const std::vector<std::string>& queues, std::string_view running = "") {
    json::object body{
        {"worker", id}, {"timestamp", clock.wall().ms()}, {"queues", json::array(queues.begin(), queues.end())}};
    if (!running.empty()) body["task"] = running;
    ok("workers.status_report", body);
  }
  std::string run_next(const std::string& queue) {
    const std::string id(next(queue).at("entry").at("task").as_string());
    ok("tasks.started", {{"task", id}});
    return id;
  }
};

TEST_F(Waiting, a_task_in_no_queue_says_so) {
  const json::object reply = why(new_task());

  EXPECT_EQ(reply.at("state"), "not_queued");
  EXPECT_THAT(std::string(reply.at("message").as_string()), HasSubstr("created"));
  EXPECT_EQ(refused("queues.get_waiting_status", {{"task", "nowhere"}}), "400/101");
}

TEST_F(Waiting, without_a_worker_it_says_how_to_start_one) {
  const std::string queue = new_queue("lonely"), id = new_task();
  enqueue(id, queue);
  clock.advance(std::chrono::seconds(75));

  const json::object reply = why(id);

  EXPECT_EQ(reply.at("state"), "waiting");
  EXPECT_EQ(reply.at("reason"), "no_worker");
  EXPECT_THAT(std::string(reply.at("message").as_string()), HasSubstr("jarvis-agent daemon --queue 'lonely'"));
  EXPECT_EQ(reply.at("position"), 0);
  EXPECT_EQ(reply.at("waited_sec"), 75);
  EXPECT_EQ(reply.at("queue"), json::value({{"id", queue}, {"name", "lonely"}, {"length", 1}}));
  EXPECT_TRUE(reply.at("estimate").is_null());
}

TEST_F(Waiting, behind_others_it_names_them_in_their_order_and_what_the_workers_do) {
  const std::string queue = new_queue("work");
  const std::string running = new_task({{"name", "long one"}}), first = new_task({{"name", "first"}});
  const std::string second = new_task(), mine = new_task();
  for (const std::string& id : {running, first, second, mine})
    enqueue(id, queue);
  run_next(queue);
  clock.advance(std::chrono::seconds(40));
  report("host:0", {queue}, running);

  const json::object reply = why(mine);

  EXPECT_EQ(reply.at("reason"), "behind");
  EXPECT_EQ(reply.at("message"), "2 tasks before it, 1 of 1 worker of the queue is busy");
  EXPECT_EQ(reply.at("position"), 2);
  EXPECT_EQ(reply.at("ahead").as_array().size(), 2U);
  EXPECT_EQ(reply.at("ahead").at(0).at("name"), "first");
  const json::value& shown = reply.at("workers").at(0);
  EXPECT_EQ(shown.at("id"), "host:0");
  EXPECT_EQ(shown.at("state"), "busy");
  EXPECT_EQ(shown.at("task"), json::value({{"id", running}, {"name", "long one"}, {"running_sec", 40}}));
}

TEST_F(Waiting, the_next_one_is_told_whether_a_worker_is_busy_free_or_silent) {
  const std::string queue = new_queue("work");
  const std::string running = new_task(), mine = new_task();
  enqueue(running, queue);
  enqueue(mine, queue);
  run_next(queue);

  report("host:0", {queue}, running);
  EXPECT_EQ(why(mine).at("reason"), "workers_busy");
  report("free:0", {queue});
  EXPECT_EQ(why(mine).at("reason"), "about_to_start");
  clock.advance(std::chrono::seconds(61));
  EXPECT_EQ(why(mine).at("reason"), "workers_silent");
}

TEST_F(Waiting, queues_that_its_workers_prefer_stand_in_its_way) {
  const std::string high = new_queue("high"), low = new_queue("low");
  const std::string mine = new_task();
  enqueue(mine, low);
  enqueue(new_task(), high);
  report("host:0", {high, low});

  const json::object reply = why(mine);

  EXPECT_EQ(reply.at("reason"), "preferred_queues");
  EXPECT_EQ(reply.at("ahead_in_preferred_queues"),
            json::value({{{"id", high}, {"name", "high"}, {"tasks", 1}, {"workers", 1}}}));
}

TEST_F(Waiting, how_fast_the_queue_moved_lately_tells_when_its_turn_comes) {
  const std::string queue = new_queue("work");
  for (int i = 0; i < 4; ++i)
    enqueue(new_task(), queue);
  const std::string before = new_task(), mine = new_task();
  enqueue(before, queue);
  enqueue(mine, queue);
  report("host:0", {queue});
  EXPECT_TRUE(why(mine).at("estimate").is_null());
  for (int i = 0; i < 4; ++i) {
    run_next(queue);
    clock.advance(std::chrono::seconds(100));
  }
  report("host:0", {queue});

  const json::object estimate = why(mine).at("estimate").as_object();

  // Four starts in 400 seconds; it is the second one.
  EXPECT_EQ(estimate.at("start_in_sec"), 200);
  EXPECT_EQ(estimate.at("starts"), 4);
  EXPECT_EQ(estimate.at("period_sec"), 400);
  EXPECT_EQ(estimate.at("median_wait_sec"), 200);
}

TEST_F(Waiting, a_task_that_was_handed_out_names_its_worker) {
  const std::string queue = new_queue("work"), id = new_task();
  enqueue(id, queue);
  worker = "host:0";
  next(queue);

  const json::object reply = why(id);

  EXPECT_EQ(reply.at("state"), "handed_out");
  EXPECT_EQ(reply.at("worker"), "host:0");
}

TEST_F(Waiting, the_queue_of_a_task_is_found_by_the_task) {
  const std::string queue = new_queue("work"), id = new_task();
  EXPECT_TRUE(ok("queues.get_by_task_id", {{"task", id}}).at("queue").is_null());
  enqueue(id, queue);

  const json::object found = ok("queues.get_by_task_id", {{"task", id}});

  EXPECT_EQ(found.at("queue").at("id"), queue.c_str());
  EXPECT_EQ(found.at("name"), "work");
  EXPECT_EQ(refused("queues.get_by_task_id", {{"task", "nowhere"}}), "400/101");
}

TEST_F(Waiting, a_task_moves_to_the_end_of_another_queue_and_keeps_its_time) {
  const std::string from = new_queue("slow"), to = new_queue("fast");
  const std::string there = new_task(), id = new_task();
  enqueue(id, from);
  clock.advance(std::chrono::seconds(30));
  enqueue(there, to);

  EXPECT_EQ(refused("queues.move_task_to_queue", {{"queue", to}, {"task", id}, {"target_queue", from}}), "400/125");
  EXPECT_EQ(refused("queues.move_task_to_queue", {{"queue", from}, {"task", id}, {"target_queue", "none"}}), "400/701");
  EXPECT_EQ(refused("queues.move_task_to_queue", {{"queue", from}, {"task", id}, {"target_queue", from}}), "400/706");
  EXPECT_EQ(ok("queues.move_task_to_queue", {{"queue", from}, {"task", id}, {"target_queue", to}}).at("moved"), 1);

  EXPECT_THAT(waiting(from), testing::IsEmpty());
  EXPECT_THAT(waiting(to), testing::ElementsAre(there, id));
  EXPECT_EQ(status(id), "queued");
  EXPECT_EQ(task(id).at("execution").at("queue"), to.c_str());
  EXPECT_EQ(why(id).at("waited_sec"), 30);
}

TEST_F(Waiting, an_agent_of_the_other_queue_is_woken_by_a_task_that_moves_there) {
  const std::string from = new_queue("slow"), to = new_queue("fast"), id = new_task();
  enqueue(id, from);
  const auto agent = park(make_call("queues.get_next_task", {{"queues", {to}}, {"wait_sec", 50}}));

  ok("queues.move_task_to_queue", {{"queue", from}, {"task", id}, {"target_queue", to}});

  EXPECT_EQ(agent->wait()->data.at("entry").at("task"), id.c_str());
}

}  // namespace
}  // namespace jarvis::server
