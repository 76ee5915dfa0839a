// Which queue a task is taken from, with and without the server's long poll; how it is put back; how queues are found.
#include "agent/dispatch/claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/dispatch/fake_api.h"
#include "agent/dispatch/queues.h"

namespace jarvis::agent {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

const std::vector<QueueName> kThree{{"high", ""}, {"middle", ""}, {"low", ""}};

TEST(Claim, without_long_poll_queues_are_asked_in_order_until_one_has_a_task) {
  FakeApi api;
  api.set_answer([](std::string_view, const json::object& body) -> Result<json::object> {
    return get_string_or(body, "queue", "") == "middle" ? entry_of("t") : json::object();
  });
  const Claimer claimer(api.call(), "w", {});

  const auto claim = claimer.next(kThree, seconds(45), {});

  ASSERT_TRUE(claim && *claim);
  EXPECT_EQ((*claim)->task, "t");
  EXPECT_EQ((*claim)->queue, "middle");
  EXPECT_EQ((*claim)->epoch, 0);
  EXPECT_THAT(api.asked(),
              ElementsAre(R"(queues.get_next_task {"queue":"high"})", R"(queues.get_next_task {"queue":"middle"})"));
}

TEST(Claim, with_long_poll_one_call_names_all_queues_in_order) {
  FakeApi api;
  api.set_answer([](std::string_view, const json::object&) -> Result<json::object> {
    json::object data = entry_of("t");
    data["queue"] = "low";
    data["lease"] = json::object{{"epoch", 4}, {"confirm_within_sec", 20}};
    return data;
  });
  const Claimer claimer(api.call(), "w", {.has_long_poll = true});

  const auto claim = claimer.next({{"high", ""}, {"low", ""}}, seconds(45), {});

  ASSERT_TRUE(claim && *claim);
  EXPECT_EQ((*claim)->queue, "low");
  EXPECT_EQ((*claim)->epoch, 4);
  EXPECT_EQ((*claim)->confirm_within, seconds(20));
  EXPECT_THAT(
      api.asked(),
      ElementsAre(R"(queues.get_next_task {"queue":"high","queues":["high","low"],"wait_sec":45,"worker":"w"})"));
}

TEST(Claim, an_empty_answer_is_no_task_and_an_error_is_an_error) {
  FakeApi api;
  const Claimer claimer(api.call(), "w", {.has_long_poll = true});
  auto claim = claimer.next({{"q", ""}}, seconds(1), {});
  ASSERT_TRUE(claim);
  EXPECT_FALSE(*claim);

  api.set_answer([](std::string_view, const json::object&) -> Result<json::object> { return unavailable("away"); });
  claim = claimer.next({{"q", ""}}, seconds(1), {});
  ASSERT_FALSE(claim);
  EXPECT_TRUE(claim.error().is_retryable());
}

TEST(Claim, without_long_poll_a_stop_counts_between_questions_only) {
  FakeApi api;
  std::stop_source stop;
  api.set_answer([&](std::string_view, const json::object&) -> Result<json::object> {
    stop.request_stop();
    return json::object();
  });
  const Claimer claimer(api.call(), "w", {});

  const auto claim = claimer.next(kThree, seconds(45), stop.get_token());

  ASSERT_TRUE(claim);
  EXPECT_FALSE(*claim);
  EXPECT_THAT(api.asked(), ElementsAre(R"(queues.get_next_task {"queue":"high"})"));
}

TEST(GiveBack, with_leases_is_one_call) {
  FakeApi api;
  const Claimer claimer(api.call(), "w", {.has_leases = true});

  ASSERT_TRUE(claimer.give_back({.task = "t", .queue = "q", .epoch = 3}));

  EXPECT_THAT(api.asked(), ElementsAre(R"(queues.return_task {"task":"t","epoch":3})"));
}

TEST(GiveBack, a_server_that_knows_leases_only_takes_the_task_back_by_itself) {
  FakeApi api;
  api.set_answer(
      [](std::string_view, const json::object&) -> Result<json::object> { return not_found("no such call"); });

  EXPECT_TRUE(Claimer(api.call(), "w", {}).give_back({.task = "t", .queue = "q", .epoch = 3}));
}

TEST(GiveBack, without_leases_the_task_is_put_into_its_queue_again_at_the_front) {
  FakeApi api;

  ASSERT_TRUE(Claimer(api.call(), "w", {}).give_back({.task = "t", .queue = "q"}));

  EXPECT_THAT(api.asked(), ElementsAre(R"(tasks.dequeue {"task":"t"})", R"(tasks.enqueue {"queue":"q","task":"t"})",
                                       R"(queues.move_task_to_front {"queue":"q","task":"t"})"));
}

TEST(Queues, a_missing_queue_is_refused_or_made) {
  FakeApi api;
  api.set_answer([](std::string_view action, const json::object&) -> Result<json::object> {
    if (action == "queues.get_all") return json::object{{"queues", json::array{}}};
    if (action == "queues.create") return json::object{{"id", "new"}};
    return invalid_argument("Invalid queue id");
  });

  const auto refused = resolve_queues(api.call(), {"gpu"}, MissingQueue::refuse);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), ::testing::HasSubstr("--create-queue"));
  for (const std::string& call : api.asked())
    EXPECT_EQ(call.find("queues.create"), std::string::npos);

  const auto made = resolve_queues(api.call(), {"gpu"}, MissingQueue::create);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->front().id, "new");
}

TEST(Queues, a_name_is_matched_whole_and_literally) {
  FakeApi api;
  api.set_answer([](std::string_view action, const json::object&) -> Result<json::object> {
    if (action != "queues.get_all") return invalid_argument("Invalid queue id");
    return json::object{{"queues", json::array{json::object{{"id", "1"}, {"name", "axb"}},
                                               json::object{{"id", "2"}, {"name", "a.b"}}}}};
  });

  const auto found = resolve_queues(api.call(), {"a.b"}, MissingQueue::refuse);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->front().id, "2");
  EXPECT_THAT(api.asked().front(), ::testing::HasSubstr(R"(^a\\.b$)"));
}

}  // namespace
}  // namespace jarvis::agent
