#include "server/services/task_test_steps.h"
#include "server/store/queue_entries.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Queues = TaskFixture;

TEST_F(Queues, tasks_come_out_in_the_order_they_went_in) {
  const std::string queue = new_queue("work");
  const std::string first = new_task(), second = new_task();
  enqueue(first, queue);
  enqueue(second, queue);

  EXPECT_EQ(ok("queues.get_num_entries", {{"queue", queue}}).at("num"), 2);
  EXPECT_EQ(next(queue).at("entry").at("task"), first.c_str());
  EXPECT_EQ(next(queue).at("entry").at("task"), second.c_str());
  EXPECT_TRUE(next(queue).empty());
}

TEST_F(Queues, a_task_that_was_handed_out_says_whose_it_is_when_asked) {
  const std::string queue = new_queue("work");
  enqueue(new_task(), queue);

  const json::object got = ok("queues.get_next_task", {{"queue", queue}, {"get_task_info", true}});

  EXPECT_EQ(got.at("task_info").at("user"), me.user.str().c_str());
  EXPECT_EQ(got.at("task_info").at("company"), me.company.str().c_str());
  EXPECT_EQ(got.at("lease").at("epoch"), 1);
  EXPECT_EQ(got.at("lease").at("confirm_within_sec"), 30);
}

TEST_F(Queues, of_several_queues_the_first_that_has_a_task_gives_it) {
  const std::string high = new_queue("high"), low = new_queue("low");
  const std::string urgent = new_task(), other = new_task();
  enqueue(other, low);
  enqueue(urgent, high);
  const json::object both{{"queues", {high, "deleted-queue", low}}};

  EXPECT_EQ(ok("queues.get_next_task", both).at("entry").at("task"), urgent.c_str());
  const json::object second = ok("queues.get_next_task", both);
  EXPECT_EQ(second.at("entry").at("task"), other.c_str());
  EXPECT_EQ(second.at("queue"), low.c_str());
}

TEST_F(Queues, a_queue_that_is_none_is_refused) {
  EXPECT_EQ(refused("queues.get_next_task", {{"queue", "nowhere"}}), "400/701");
  EXPECT_EQ(refused("queues.get_next_task"), "400/12");
  EXPECT_EQ(refused("queues.get_by_id", {{"queue", "nowhere"}}), "400/701");
  EXPECT_EQ(refused("tasks.enqueue", {{"task", new_task()}, {"queue", "nowhere"}}), "400/701");
}

TEST_F(Queues, an_agent_that_waits_is_woken_by_the_task_that_comes) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  const auto waiting_agent =
      park(make_call("queues.get_next_task", {{"queues", {queue}}, {"wait_sec", 50}, {"worker", "host:0"}}));
  EXPECT_FALSE(waiting_agent->is_answered());

  enqueue(id, queue);

  const auto reply = waiting_agent->wait();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->data.at("entry").at("task"), id.c_str());
}

TEST_F(Queues, an_agent_that_went_away_takes_no_task) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  const auto gone = park(make_call("queues.get_next_task", {{"queues", {queue}}, {"wait_sec", 50}}));

  gone->go_away();
  enqueue(id, queue);

  EXPECT_THAT(waiting(queue), ElementsAre(id));
}

TEST_F(Queues, an_agent_that_cannot_start_a_task_puts_it_back_in_its_place) {
  const std::string queue = new_queue("work"), first = new_task(), second = new_task();
  enqueue(first, queue);
  enqueue(second, queue);
  const json::object claim = next(queue);
  const json::object mine{{"task", first}, {"epoch", claim.at("lease").at("epoch")}};

  EXPECT_TRUE(ok("queues.return_task", mine).at("returned").as_bool());

  EXPECT_EQ(next(queue).at("entry").at("task"), first.c_str());
  EXPECT_FALSE(ok("queues.return_task", mine).at("returned").as_bool());  // it is somebody else's now
  ok("tasks.started", {{"task", first}});
  EXPECT_FALSE(ok("queues.return_task", {{"task", first}, {"epoch", 2}}).at("returned").as_bool());
  EXPECT_EQ(refused("queues.return_task", {{"task", "nowhere"}, {"epoch", 1}}), "400/101");
}

TEST_F(Queues, a_task_that_was_handed_out_and_started_is_in_no_queue) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  enqueue(id, queue);
  next(queue);
  EXPECT_EQ(status(id), "queued");

  ok("tasks.started", {{"task", id}});

  const auto lease = store->read([&](store::Transaction& tx) { return store::lease_of(tx, TaskId(id)); });
  EXPECT_FALSE(lease.value().has_value());
  EXPECT_EQ(task(id).at("execution").at("queue"), queue.c_str());
}

TEST_F(Queues, a_task_that_is_started_by_hand_is_not_handed_out) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  enqueue(id, queue);

  ok("tasks.started", {{"task", id}});

  EXPECT_TRUE(next(queue).empty());
}

TEST_F(Queues, enqueue_without_a_queue_takes_the_default_one) {
  EXPECT_EQ(refused("tasks.enqueue", {{"task", new_task()}}), "400/707");
  const std::string queue = new_queue("standard", {"default"});
  const std::string id = new_task();

  ok("tasks.enqueue", {{"task", id}});

  EXPECT_THAT(waiting(queue), ElementsAre(id));
  new_queue("another", {"default"});
  EXPECT_EQ(refused("tasks.enqueue", {{"task", new_task()}}), "400/708");
}

TEST_F(Queues, enqueue_by_name_makes_the_queue_that_is_missing) {
  const std::string first = new_task(), second = new_task();

  ok("tasks.enqueue", {{"task", first}, {"queue_name", "fresh"}});
  ok("tasks.enqueue", {{"task", second}, {"queue_name", "fresh"}});

  const std::string queue(task(first).at("execution").at("queue").as_string());
  EXPECT_THAT(waiting(queue), ElementsAre(first, second));
}

TEST_F(Queues, a_task_is_in_one_queue_once) {
  const std::string queue = new_queue("work"), other = new_queue("other");
  const std::string id = new_task({{"system_tags", {"development", "kept"}}});
  const json::object reply = enqueue(id, queue);
  EXPECT_EQ(reply.at("queued"), 1);
  EXPECT_EQ(reply.at("fields").at("execution.queue"), queue.c_str());

  EXPECT_EQ(refused("tasks.enqueue", {{"task", id}, {"queue", queue}}), "400/706");
  EXPECT_EQ(refused("tasks.enqueue", {{"task", id}, {"queue", other}}), "400/110");
  EXPECT_EQ(refused("queues.add_task", {{"task", id}, {"queue", queue}}), "400/706");

  EXPECT_THAT(waiting(queue), ElementsAre(id));
  EXPECT_THAT(waiting(other), IsEmpty());
  EXPECT_EQ(task(id).at("system_tags"), json::array({"kept"}));
}

TEST_F(Queues, running_and_finished_tasks_are_not_enqueued) {
  const std::string queue = new_queue("work");
  for (const std::string_view state : {"in_progress", "completed", "published", "closed"}) {
    const std::string id = new_task();
    set_status(id, state);
    EXPECT_EQ(refused("tasks.enqueue", {{"task", id}, {"queue", queue}}), "400/110") << state;
  }
  EXPECT_THAT(waiting(queue), IsEmpty());
}

TEST_F(Queues, enqueue_says_whether_somebody_listens_when_asked) {
  const std::string queue = new_queue("work");
  const auto is_watched = [&] {
    const json::object body{{"task", new_task()}, {"queue", queue}, {"verify_watched_queue", true}};
    return ok("tasks.enqueue", body).at("queue_watched").as_bool();
  };

  EXPECT_FALSE(is_watched());
  ok("workers.register", {{"worker", "host:0"}, {"queues", {queue}}, {"timeout", 60}});
  EXPECT_TRUE(is_watched());
  clock.advance(std::chrono::seconds(61));
  EXPECT_FALSE(is_watched());
}

TEST_F(Queues, dequeue_gives_the_status_from_before) {
  const std::string queue = new_queue("work");
  for (const std::string before : {"created", "stopped", "failed"}) {
    const std::string id = new_task();
    set_status(id, before);
    enqueue(id, queue);

    const json::object reply = ok("tasks.dequeue", {{"task", id}});

    EXPECT_EQ(reply.at("dequeued"), 1);
    EXPECT_EQ(reply.at("updated"), 1);
    EXPECT_EQ(status(id), before);
    EXPECT_TRUE(task(id).at("execution").at("queue").is_null());
    EXPECT_FALSE(task(id).contains("enqueue_status"));
  }
  EXPECT_THAT(waiting(queue), IsEmpty());
}

TEST_F(Queues, dequeue_puts_right_a_task_that_says_queued_and_is_in_no_queue) {
  const std::string id = new_task();
  set_status(id, "queued");

  EXPECT_EQ(ok("tasks.dequeue", {{"task", id}}).at("updated"), 0);

  EXPECT_EQ(status(id), "created");
}

TEST_F(Queues, an_agent_dequeues_into_the_state_it_names) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  enqueue(id, queue);

  ok("tasks.dequeue", {{"task", id}, {"new_status", "in_progress"}});
  EXPECT_EQ(status(id), "in_progress");

  EXPECT_EQ(ok("tasks.dequeue", {{"task", id}, {"new_status", "in_progress"}}).at("updated"), 0);
  EXPECT_EQ(refused("tasks.dequeue", {{"task", id}, {"new_status", "asleep"}}), "400/12");
  EXPECT_EQ(refused("tasks.dequeue", {{"task", id}}), "400/110");
}

TEST_F(Queues, a_lease_that_nobody_confirms_lets_the_task_be_dequeued) {
  const std::string queue = new_queue("work");
  const std::string id = new_task();
  enqueue(id, queue);
  next(queue);

  EXPECT_EQ(ok("tasks.dequeue", {{"task", id}}).at("dequeued"), 1);

  EXPECT_EQ(status(id), "created");
  EXPECT_TRUE(next(queue).empty());
}

TEST_F(Queues, remove_task_leaves_the_status_alone_unless_told_otherwise) {
  const std::string queue = new_queue("work"), other = new_queue("other");
  const std::string taken = new_task(), put_back = new_task();
  enqueue(taken, queue);
  enqueue(put_back, queue);

  EXPECT_EQ(ok("queues.remove_task", {{"queue", other}, {"task", taken}}).at("removed"), 0);
  EXPECT_EQ(ok("queues.remove_task", {{"queue", queue}, {"task", taken}}).at("removed"), 1);
  EXPECT_EQ(
      ok("queues.remove_task", {{"queue", queue}, {"task", put_back}, {"update_task_status", true}}).at("removed"), 1);

  EXPECT_EQ(status(taken), "queued");
  EXPECT_EQ(status(put_back), "created");
  EXPECT_THAT(waiting(queue), IsEmpty());
}

TEST_F(Queues, a_queue_with_tasks_is_deleted_only_by_force_and_sets_them_free) {
  const std::string queue = new_queue("work");
  const std::string handed_out = new_task(), waits = new_task();
  set_status(waits, "stopped");
  enqueue(handed_out, queue);
  enqueue(waits, queue);
  next(queue);

  EXPECT_EQ(refused("queues.delete", {{"queue", queue}}), "400/704");
  EXPECT_EQ(ok("queues.delete", {{"queue", queue}, {"force", true}}).at("deleted"), 1);

  EXPECT_EQ(status(handed_out), "created");
  EXPECT_EQ(status(waits), "stopped");
  EXPECT_EQ(refused("queues.get_by_id", {{"queue", queue}}), "400/701");
}

TEST_F(Queues, clearing_a_queue_gives_each_task_its_status_back) {
  const std::string queue = new_queue("work");
  const std::string a = new_task(), b = new_task();
  enqueue(a, queue);
  enqueue(b, queue);

  EXPECT_EQ(ok("queues.clear_queue", {{"queue", queue}}).at("removed_tasks"), json::array({a, b}));

  EXPECT_EQ(status(a), "created");
  EXPECT_THAT(waiting(queue), IsEmpty());
}

TEST_F(Queues, tasks_move_within_their_queue) {
  const std::string queue = new_queue("work");
  const std::string a = new_task(), b = new_task(), c = new_task();
  for (const std::string& id : {a, b, c})
    enqueue(id, queue);
  const auto moved = [&](std::string_view endpoint, const std::string& id, json::object more = {}) {
    more["queue"] = queue;
    more["task"] = id;
    return ok(endpoint, more).at("position").as_int64();
  };

  EXPECT_EQ(moved("queues.move_task_to_front", c), 0);
  EXPECT_THAT(waiting(queue), ElementsAre(c, a, b));
  EXPECT_EQ(moved("queues.move_task_to_back", c), 2);
  EXPECT_THAT(waiting(queue), ElementsAre(a, b, c));
  EXPECT_EQ(moved("queues.move_task_forward", c), 1);
  EXPECT_THAT(waiting(queue), ElementsAre(a, c, b));
  EXPECT_EQ(moved("queues.move_task_backward", a, {{"count", 10}}), 2);
  EXPECT_THAT(waiting(queue), ElementsAre(c, b, a));
  EXPECT_EQ(ok("queues.peek_task", {{"queue", queue}}).at("task"), c.c_str());
  EXPECT_EQ(refused("queues.move_task_to_front", {{"queue", queue}, {"task", new_task()}}), "400/125");
}

TEST_F(Queues, names_are_stripped_and_unique) {
  const std::string queue = new_queue("  work ");

  EXPECT_EQ(ok("queues.get_by_id", {{"queue", queue}}).at("queue").at("name"), "work");
  EXPECT_EQ(refused("queues.create", {{"name", "work"}}), "400/801");
  EXPECT_EQ(refused("queues.create", {{"name", " ab "}}), "400/800");
  const std::string other = new_queue("other");
  EXPECT_EQ(refused("queues.update", {{"queue", other}, {"name", "work"}}), "400/801");
  EXPECT_EQ(refused("queues.update", {{"queue", queue}, {"name", "work"}}), "ok");
}

TEST_F(Queues, update_answers_what_it_changed) {
  const std::string queue = new_queue("work");

  const json::object reply = ok("queues.update", {{"queue", queue}, {"tags", {"b", "a", "b"}}});

  EXPECT_EQ(reply.at("updated"), 1);
  EXPECT_EQ(reply.at("fields"), json::value({{"tags", json::array({"a", "b"})}}));
  EXPECT_EQ(ok("queues.update", {{"queue", queue}}).at("updated"), 0);
  EXPECT_EQ(refused("queues.update", {{"queue", queue}, {"tags", {"__$all"}}}), "400/16");
}

TEST_F(Queues, metadata_is_a_list_for_clients_of_before_2_17) {
  const std::string queue = new_queue("work");
  const json::object item{{"key", "k"}, {"type", "str"}, {"value", "v"}};
  ok("queues.add_or_update_metadata", {{"queue", queue}, {"metadata", json::array{item}}});
  const json::array list{item};

  EXPECT_EQ(ok("queues.get_by_id", {{"queue", queue}}, {2, 13}).at("queue").at("metadata"), json::value(list));
  EXPECT_EQ(ok("queues.get_all", {}, {2, 16}).at("queues").at(0).at("metadata"), json::value(list));
  EXPECT_EQ(ok("queues.get_all", {}, {2, 17}).at("queues").at(0).at("metadata"),
            json::value(json::object{{"k", item}}));
}

TEST_F(Queues, metadata_is_added_replaced_and_deleted) {
  const std::string queue = new_queue("work");
  const auto metadata = [&] { return ok("queues.get_by_id", {{"queue", queue}}).at("queue").at("metadata"); };
  const auto item = [](std::string_view key) { return json::object{{"key", key}, {"type", "str"}, {"value", "1"}}; };

  ok("queues.add_or_update_metadata", {{"queue", queue}, {"metadata", json::array{item("a.b"), item("c")}}});
  EXPECT_EQ(metadata().as_object().size(), 2U);
  ok("queues.delete_metadata", {{"queue", queue}, {"keys", {"c"}}});
  EXPECT_EQ(metadata(), json::value({{"a.b", item("a.b")}}));
  ok("queues.add_or_update_metadata",
     {{"queue", queue}, {"metadata", json::array{item("d")}}, {"replace_metadata", true}});
  EXPECT_EQ(metadata(), json::value({{"d", item("d")}}));
}

}  // namespace
}  // namespace jarvis::server
