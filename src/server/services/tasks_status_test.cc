#include <array>

#include "server/domain/task_states.h"
#include "server/services/task_test_steps.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;
using TaskStatus = TaskFixture;

struct Action {
  std::string_view endpoint;
  std::string_view to;
};
constexpr std::array kActions{
    Action{"tasks.started", "in_progress"}, Action{"tasks.stopped", "stopped"}, Action{"tasks.failed", "failed"},
    Action{"tasks.completed", "completed"}, Action{"tasks.close", "closed"},    Action{"tasks.publish", "published"},
    Action{"tasks.reset", "created"},       Action{"tasks.stop", "stopped"},
};
constexpr std::array<std::string_view, 8> kStates{"created", "queued", "in_progress", "stopped",
                                                  "closed",  "failed", "completed",   "published"};

TEST_F(TaskStatus, every_action_in_every_state_does_what_the_table_says) {
  for (const std::string_view from : kStates) {
    for (const Action& action : kActions) {
      const std::string id = new_task();
      set_status(id, from);
      const bool allowed = domain::can_become(*domain::task_state_from(from), *domain::task_state_from(action.to));

      EXPECT_EQ(refused(action.endpoint, {{"task", id}}), allowed ? "ok" : "400/110") << from << " " << action.endpoint;
      EXPECT_EQ(status(id), allowed ? action.to : from) << from << " " << action.endpoint;
    }
  }
}

TEST_F(TaskStatus, force_makes_any_move) {
  for (const std::string_view from : kStates) {
    for (const Action& action : kActions) {
      const std::string id = new_task();
      set_status(id, from);

      EXPECT_EQ(refused(action.endpoint, {{"task", id}, {"force", true}}), "ok") << from << " " << action.endpoint;
      EXPECT_EQ(status(id), action.to) << from << " " << action.endpoint;
    }
  }
}

TEST_F(TaskStatus, a_run_leaves_its_dates_and_its_duration) {
  const std::string id = new_task();

  const json::object started = ok("tasks.started", {{"task", id}, {"status_message", "pulled by agent"}});
  clock.advance(std::chrono::seconds(90));
  const json::object ended = ok("tasks.failed", {{"task", id}, {"status_reason", "failed: exit code 3"}});

  EXPECT_EQ(started.at("started"), 1);
  EXPECT_EQ(started.at("updated"), 1);
  EXPECT_EQ(started.at("fields").at("status"), "in_progress");
  EXPECT_EQ(ended.at("fields").at("status_reason"), "failed: exit code 3");
  const json::object after = task(id);
  EXPECT_EQ(after.at("active_duration"), 90);
  EXPECT_EQ(after.at("completed"), to_iso(clock.wall()).c_str());
  EXPECT_EQ(after.at("status_changed"), after.at("completed"));
  EXPECT_EQ(after.at("status_message"), "");
}

TEST_F(TaskStatus, the_durations_of_two_runs_add_up) {
  const std::string id = new_task();
  for (const int seconds : {10, 20}) {
    ok("tasks.started", {{"task", id}});
    clock.advance(std::chrono::seconds(seconds));
    ok("tasks.stopped", {{"task", id}});
    clock.advance(std::chrono::hours(1));
  }

  EXPECT_EQ(task(id).at("active_duration"), 30);
}

TEST_F(TaskStatus, an_answer_that_was_lost_may_be_asked_for_again) {
  const std::string id = new_task();
  ok("tasks.started", {{"task", id}});
  const json::value since = task(id).at("started");
  clock.advance(std::chrono::seconds(5));

  ok("tasks.started", {{"task", id}});

  EXPECT_EQ(task(id).at("started"), since);
}

TEST_F(TaskStatus, a_task_that_a_worker_runs_is_asked_to_stop) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  enqueue(id, queue);
  worker = "host:0";
  next(queue);
  ok("tasks.started", {{"task", id}});

  ok("tasks.stop", {{"task", id}, {"status_reason", "aborted by user"}});

  EXPECT_EQ(status(id), "in_progress");
  EXPECT_EQ(task(id).at("status_message"), "stopping");
  EXPECT_EQ(task(id).at("last_worker"), "host:0");
}

TEST_F(TaskStatus, a_start_does_not_take_back_that_a_task_is_to_stop) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  enqueue(id, queue);
  worker = "host:0";
  next(queue);
  ok("tasks.started", {{"task", id}});
  ok("tasks.stop", {{"task", id}});

  ok("tasks.started", {{"task", id}, {"force", true}, {"status_message", "launch by agent"}});

  EXPECT_EQ(task(id).at("status_message"), "stopping");
}

TEST_F(TaskStatus, a_task_whose_worker_is_silent_for_ten_minutes_is_stopped_at_once) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  enqueue(id, queue);
  worker = "host:0";
  next(queue);
  ok("tasks.started", {{"task", id}});
  clock.advance(std::chrono::seconds(601));

  ok("tasks.stop", {{"task", id}});

  EXPECT_EQ(status(id), "stopped");
}

TEST_F(TaskStatus, a_development_task_is_stopped_at_once) {
  const std::string id = new_task({{"system_tags", {"development"}}});
  ok("tasks.started", {{"task", id}});
  json::object document = *stored(store::Kind::task, id);
  document["last_worker"] = "laptop";
  put(store::Kind::task, document);

  ok("tasks.stop", {{"task", id}});

  EXPECT_EQ(status(id), "stopped");
}

TEST_F(TaskStatus, completed_with_publish_publishes_also_a_task_that_was_completed_before) {
  const std::string id = new_task();
  ok("tasks.started", {{"task", id}});
  ok("tasks.completed", {{"task", id}});

  const json::object reply = ok("tasks.completed", {{"task", id}, {"publish", true}});

  EXPECT_EQ(reply.at("published"), 1);
  EXPECT_EQ(status(id), "published");
}

TEST_F(TaskStatus, publishing_a_task_publishes_its_models_unless_told_not_to) {
  for (const bool publish_model : {true, false}) {
    const std::string model = random_id();
    put(store::Kind::model, {{"id", model}, {"name", "net"}, {"company", me.company.str()}, {"ready", false}});
    const std::string id = new_task();
    ok("tasks.add_or_update_model", {{"task", id}, {"name", "net"}, {"model", model}, {"type", "output"}});
    ok("tasks.started", {{"task", id}});
    ok("tasks.stopped", {{"task", id}});

    ok("tasks.publish", {{"task", id}, {"publish_model", publish_model}});

    EXPECT_EQ(stored(store::Kind::model, model)->at("ready"), publish_model);
  }
}

TEST_F(TaskStatus, a_ping_says_only_that_the_task_lives) {
  const std::string id = new_task();
  const json::value changed = task(id).at("last_change");
  clock.advance(std::chrono::seconds(30));

  ok("tasks.ping", {{"task", id}});

  EXPECT_EQ(task(id).at("last_update"), to_iso(clock.wall()).c_str());
  EXPECT_EQ(task(id).at("last_change"), changed);
}

TEST_F(TaskStatus, a_run_that_was_replaced_writes_nothing) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  enqueue(id, queue);
  const std::int64_t first = next(queue).at("lease").at("epoch").as_int64();
  ok("tasks.dequeue", {{"task", id}});
  enqueue(id, queue);
  const std::int64_t second = next(queue).at("lease").at("epoch").as_int64();
  ASSERT_GT(second, first);

  speak_for(id, first);
  for (const std::string_view endpoint : {"tasks.started", "tasks.failed", "tasks.ping", "tasks.stopped"}) {
    EXPECT_EQ(refused(endpoint, {{"task", id}, {"force", true}}), "400/190") << endpoint;
  }
  EXPECT_EQ(status(id), "queued");

  speak_for(id, second);
  EXPECT_EQ(refused("tasks.started", {{"task", id}}), "ok");
}

TEST_F(TaskStatus, a_run_whose_task_was_stopped_before_it_had_started_does_not_start) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  enqueue(id, queue);
  const std::int64_t epoch = next(queue).at("lease").at("epoch").as_int64();

  ok("tasks.stop", {{"task", id}});
  EXPECT_EQ(status(id), "stopped");

  speak_for(id, epoch);
  EXPECT_EQ(refused("tasks.started", {{"task", id}}), "400/190");
  EXPECT_EQ(status(id), "stopped");
}

TEST_F(TaskStatus, a_run_whose_task_was_reset_under_it_is_over) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  enqueue(id, queue);
  const std::int64_t epoch = next(queue).at("lease").at("epoch").as_int64();
  ok("tasks.started", {{"task", id}});
  ok("tasks.reset", {{"task", id}});

  speak_for(id, epoch);
  EXPECT_EQ(refused("tasks.edit", {{"task", id}, {"comment", "late"}}), "400/190");
}

TEST_F(TaskStatus, many_at_once_say_for_each_how_it_went) {
  const std::string running = new_task();
  ok("tasks.started", {{"task", running}});
  const std::string published = new_task();
  set_status(published, "published");

  const json::object reply = ok("tasks.stop_many", {{"ids", {running, published, "missing"}}});

  ASSERT_EQ(reply.at("succeeded").as_array().size(), 1U);
  EXPECT_EQ(reply.at("succeeded").at(0).at("id"), running.c_str());
  ASSERT_EQ(reply.at("failed").as_array().size(), 2U);
  EXPECT_EQ(reply.at("failed").at(0).at("error").at("codes"), json::array({400, 110}));
  EXPECT_EQ(reply.at("failed").at(1).at("error").at("codes"), json::array({400, 101}));
  EXPECT_EQ(refused("tasks.stop_many", {{"ids", {published}}}), "400/110");
}

TEST_F(TaskStatus, archiving_takes_a_task_off_its_queue_and_keeps_its_words) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  ok("tasks.enqueue", {{"task", id}, {"queue", queue}, {"status_message", "please"}});

  EXPECT_EQ(ok("tasks.archive", {{"tasks", {id}}}).at("archived"), 1);

  EXPECT_EQ(status(id), "created");
  EXPECT_EQ(task(id).at("status_message"), "please");
  EXPECT_EQ(task(id).at("system_tags"), json::array({"archived"}));
  EXPECT_THAT(waiting(queue), ElementsAre());

  ok("tasks.unarchive_many", {{"ids", {id}}});
  EXPECT_EQ(task(id).at("system_tags"), json::array());
}

TEST_F(TaskStatus, words_of_the_one_who_archives_stand_beside_the_task) {
  const std::string id = new_task();
  ok("tasks.enqueue", {{"task", id}, {"queue", new_queue("work")}, {"status_message", "please"}});

  ok("tasks.archive", {{"tasks", {id}}, {"status_message", "no more"}, {"status_reason", "old"}});
  EXPECT_EQ(task(id).at("status_message"), "no more");
  EXPECT_EQ(task(id).at("status_reason"), "old");

  ok("tasks.unarchive", {{"tasks", {id}}, {"status_message", "again"}});
  EXPECT_EQ(task(id).at("status_message"), "again");
  EXPECT_EQ(task(id).at("status_reason"), "old");
}

TEST_F(TaskStatus, public_tasks_are_read_and_never_written) {
  const std::string id = new_task();
  json::object document = *stored(store::Kind::task, id);
  document["company"] = "";
  put(store::Kind::task, document);

  EXPECT_EQ(refused("tasks.get_by_id", {{"task", id}}), "ok");
  EXPECT_EQ(refused("tasks.started", {{"task", id}}), "403/21");
}

TEST_F(TaskStatus, another_companys_task_is_not_there) {
  const std::string id = new_task({{"comment", "\"company\":\"" + me.company.str() + "\""}});
  me.company = CompanyId::random();

  EXPECT_EQ(refused("tasks.get_by_id", {{"task", id}}), "400/101");
  EXPECT_EQ(refused("tasks.started", {{"task", id}}), "400/101");
}

}  // namespace
}  // namespace jarvis::server
