// Agents as workers: there while they report, gone when they say so or fall silent.
#include <gmock/gmock.h>

#include "server/domain/task_silence.h"
#include "server/services/task_test_steps.h"
#include "server/store/queue_entries.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Workers : public TaskFixture {
 protected:
  json::object report(std::string_view id, json::object more = {}) {
    more["worker"] = id;
    more["timestamp"] = clock.wall().ms();
    return ok("workers.status_report", std::move(more));
  }
  json::array all(json::object body = {}) { return ok("workers.get_all", std::move(body)).at("workers").as_array(); }
  std::vector<std::string> ids(json::object body = {}) {
    std::vector<std::string> out;
    for (const json::value& one : all(std::move(body)))
      out.emplace_back(one.at("id").as_string());
    return out;
  }
};

TEST_F(Workers, an_unknown_worker_registers_itself_with_its_first_report) {
  const std::string queue = new_queue("work");

  report("host:0", {{"queues", {queue}}, {"tags", {"fast"}}});

  const json::object made = all().at(0).as_object();
  EXPECT_EQ(made.at("id"), "host:0");
  EXPECT_EQ(made.at("key"), ("worker_" + me.company.str() + "_" + me.user.str() + "_host:0").c_str());
  EXPECT_EQ(made.at("ip"), "127.0.0.1");
  EXPECT_EQ(made.at("queues").at(0).at("name"), "work");
  EXPECT_EQ(made.at("user").at("name"), "admin");
}

TEST_F(Workers, a_report_confirms_the_lease_of_the_task_that_it_names) {
  const std::string queue = new_queue("work"), id = new_task();
  enqueue(id, queue);
  next(queue);
  ok("tasks.started", {{"task", id}});

  report("host:0", {{"task", id}, {"queue", queue}});

  EXPECT_EQ(task(id).at("last_worker"), "host:0");
  const auto lease = store->read([&](store::Transaction& tx) { return store::lease_of(tx, TaskId(id)); });
  EXPECT_FALSE(lease.value().has_value());
  EXPECT_EQ(all().at(0).at("task").at("id"), id.c_str());
}

TEST_F(Workers, a_report_does_not_touch_tasks_of_another_company) {
  const std::string id = new_task();
  me.company = CompanyId::random();

  report("host:0", {{"task", id}});

  EXPECT_NE(stored(store::Kind::task, id)->at("last_worker"), "host:0");
}

TEST_F(Workers, a_worker_is_gone_after_it_said_so_or_was_silent_for_its_time) {
  ok("workers.register", {{"worker", "short:0"}, {"timeout", 30}});
  report("long:0");
  report("leaves:0");
  EXPECT_THAT(ids(), ElementsAre("leaves:0", "long:0", "short:0"));

  ok("workers.unregister", {{"worker", "leaves:0"}});
  EXPECT_THAT(ids(), ElementsAre("long:0", "short:0"));
  clock.advance(std::chrono::seconds(31));
  EXPECT_THAT(ids(), ElementsAre("long:0"));
  clock.advance(std::chrono::seconds(570));
  EXPECT_THAT(ids(), IsEmpty());
}

TEST_F(Workers, are_idle_busy_or_silent_by_what_they_reported_last) {
  const auto state = [&] { return std::string(all().at(0).at("state").as_string()); };

  report("host:0");
  EXPECT_EQ(state(), "idle");
  report("host:0", {{"task", new_task()}});
  EXPECT_EQ(state(), "busy");
  clock.advance(std::chrono::seconds(46));
  EXPECT_EQ(state(), "silent");
}

TEST_F(Workers, one_that_comes_back_goes_on_with_its_task) {
  const std::string queue = new_queue("work"), id = new_task();
  enqueue(id, queue);
  next(queue);
  ok("tasks.started", {{"task", id}});
  json::object document = stored(store::Kind::task, id).value();
  domain::tell_silence(document, std::chrono::seconds(600));
  put(store::Kind::task, document);

  report("host:0", {{"task", id}});

  EXPECT_EQ(status(id), "in_progress");
  EXPECT_EQ(task(id).at("status_reason"), "");
  EXPECT_EQ(task(id).at("status_message"), "");
}

TEST_F(Workers, a_task_whose_worker_is_not_heard_of_is_stopped_at_once) {
  const std::string queue = new_queue("work"), told = new_task(), heard = new_task();
  for (const std::string& id : {told, heard}) {
    enqueue(id, queue);
    next(queue);
    ok("tasks.started", {{"task", id}});
    report("host:0", {{"task", id}});
  }
  json::object document = stored(store::Kind::task, told).value();
  domain::tell_silence(document, std::chrono::seconds(600));
  put(store::Kind::task, document);

  ok("tasks.stop", {{"task", told}});
  ok("tasks.stop", {{"task", heard}});

  EXPECT_EQ(status(told), "stopped");
  EXPECT_EQ(status(heard), "in_progress");
}

TEST_F(Workers, to_unregister_a_worker_that_nobody_knows_is_fine) {
  ok("workers.unregister", {{"worker", "stranger:0"}});
  EXPECT_EQ(refused("workers.unregister", {{"worker", ""}}), "400/1001");
  EXPECT_EQ(refused("workers.register", {{"worker", "host:0"}, {"queues", {"nowhere"}}}), "400/701");
}

TEST_F(Workers, tags_choose_any_of_the_included_and_none_of_the_excluded) {
  report("a:0", {{"tags", {"red", "big"}}});
  report("b:0", {{"tags", {"red"}}});
  report("c:0", {{"tags", {"blue"}}});

  EXPECT_THAT(ids({{"tags", {"red", "blue"}}}), ElementsAre("a:0", "b:0", "c:0"));
  EXPECT_THAT(ids({{"tags", {"red", "-big"}}}), ElementsAre("b:0"));
  EXPECT_THAT(ids({{"tags", {"-red"}}}), ElementsAre("c:0"));
}

TEST_F(Workers, system_tags_and_patterns_choose_too_and_count_without_a_list) {
  report("gpu-a:0", {{"system_tags", {"fast"}}});
  report("gpu-b:0");
  report("cpu:0", {{"system_tags", {"fast"}}});

  EXPECT_THAT(ids({{"system_tags", {"fast"}}}), ElementsAre("cpu:0", "gpu-a:0"));
  EXPECT_THAT(ids({{"worker_pattern", "gpu-?:*"}}), ElementsAre("gpu-a:0", "gpu-b:0"));
  EXPECT_EQ(ok("workers.get_count").at("count"), 3);
  EXPECT_EQ(ok("workers.get_count", {{"worker_pattern", "*:0"}, {"system_tags", {"-fast"}}}).at("count"), 1);
}

TEST_F(Workers, last_seen_leaves_out_who_was_silent_for_longer_and_zero_leaves_out_nobody) {
  ok("workers.register", {{"worker", "silent:0"}, {"timeout", 100'000}});
  clock.advance(std::chrono::hours(2));
  report("here:0");

  EXPECT_THAT(ids(), ElementsAre("here:0"));
  EXPECT_THAT(ids({{"last_seen", 0}}), ElementsAre("here:0", "silent:0"));
  EXPECT_THAT(ids({{"last_seen", 8000}}), ElementsAre("here:0", "silent:0"));
}

TEST_F(Workers, show_their_task_its_project_and_what_waits_in_their_queues) {
  const std::string queue = new_queue("work"),
                    project = std::string(ok("projects.create", {{"name", "vision"}}).at("id").as_string());
  const std::string running = new_task({{"project", project}}), waiting = new_task({{"name", "the next one"}});
  enqueue(running, queue);
  next(queue);
  ok("tasks.started", {{"task", running}});
  enqueue(waiting, queue);
  clock.advance(std::chrono::seconds(90));

  report("host:0", {{"task", running}, {"queue", queue}, {"queues", {queue}}});

  const json::object shown = all().at(0).as_object();
  EXPECT_EQ(shown.at("task").at("running_time"), 90'000);
  EXPECT_EQ(shown.at("project"), json::value({{"id", project}, {"name", "vision"}}));
  EXPECT_EQ(shown.at("queues").at(0).at("num_tasks"), 1);
  EXPECT_EQ(shown.at("queues").at(0).at("next_task").at("name"), "the next one");
  EXPECT_EQ(shown.at("queue").at("name"), "work");
}

}  // namespace
}  // namespace jarvis::server
