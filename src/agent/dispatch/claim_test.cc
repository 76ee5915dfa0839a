// Which queue a task is taken from, with and without the server's long poll; how queues are found.
#include "agent/dispatch/claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/dispatch/queues.h"

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;

/// Answers by a function, keeps what was asked.
struct FakeApi {
  std::vector<std::string> asked;
  std::function<Result<json::object>(std::string_view, const json::object&)> answer;

  CallApi call() {
    return [this](std::string_view action, const json::object& body, const CallOptions&) {
      asked.push_back(std::string(action) + " " + to_text(body));
      return answer(action, body);
    };
  }
};

json::object entry(const std::string& task) {
  return {{"entry", json::object{{"task", task}}}};
}

TEST(Claim, without_long_poll_queues_are_asked_in_order_until_one_has_a_task) {
  FakeApi api;
  api.answer = [](std::string_view, const json::object& body) -> Result<json::object> {
    return get_string_or(body, "queue", "") == "middle" ? entry("t") : json::object();
  };
  const Claimer claimer(api.call(), {{"high", ""}, {"middle", ""}, {"low", ""}}, "w", {});

  const auto claim = claimer.next(std::chrono::seconds(45), {});

  ASSERT_TRUE(claim && *claim);
  EXPECT_EQ((*claim)->task, "t");
  EXPECT_EQ((*claim)->queue, "middle");
  EXPECT_EQ((*claim)->epoch, 0);
  EXPECT_THAT(api.asked,
              ElementsAre(R"(queues.get_next_task {"queue":"high"})", R"(queues.get_next_task {"queue":"middle"})"));
}

TEST(Claim, with_long_poll_one_call_names_all_queues_in_order) {
  FakeApi api;
  api.answer = [](std::string_view, const json::object&) -> Result<json::object> {
    json::object data = entry("t");
    data["queue"] = "low";
    data["lease"] = json::object{{"epoch", 4}, {"confirm_within_sec", 20}};
    return data;
  };
  const Claimer claimer(api.call(), {{"high", ""}, {"low", ""}}, "w", {.has_long_poll = true});

  const auto claim = claimer.next(std::chrono::seconds(45), {});

  ASSERT_TRUE(claim && *claim);
  EXPECT_EQ((*claim)->queue, "low");
  EXPECT_EQ((*claim)->epoch, 4);
  EXPECT_EQ((*claim)->confirm_within, std::chrono::seconds(20));
  EXPECT_THAT(
      api.asked,
      ElementsAre(R"(queues.get_next_task {"queue":"high","queues":["high","low"],"wait_sec":45,"worker":"w"})"));
}

TEST(Claim, an_empty_answer_is_no_task_and_an_error_is_an_error) {
  FakeApi api;
  api.answer = [](std::string_view, const json::object&) -> Result<json::object> { return json::object(); };
  const Claimer claimer(api.call(), {{"q", ""}}, "w", {.has_long_poll = true});
  auto claim = claimer.next(std::chrono::seconds(1), {});
  ASSERT_TRUE(claim);
  EXPECT_FALSE(*claim);

  api.answer = [](std::string_view, const json::object&) -> Result<json::object> { return unavailable("away"); };
  claim = claimer.next(std::chrono::seconds(1), {});
  ASSERT_FALSE(claim);
  EXPECT_TRUE(claim.error().is_retryable());
}

TEST(Queues, a_missing_queue_is_refused_or_made) {
  FakeApi api;
  api.answer = [](std::string_view action, const json::object&) -> Result<json::object> {
    if (action == "queues.get_all") return json::object{{"queues", json::array{}}};
    if (action == "queues.create") return json::object{{"id", "new"}};
    return invalid_argument("Invalid queue id");
  };

  const auto refused = resolve_queues(api.call(), {"gpu"}, MissingQueue::refuse);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), ::testing::HasSubstr("--create-queue"));
  for (const std::string& call : api.asked)
    EXPECT_EQ(call.find("queues.create"), std::string::npos);

  const auto made = resolve_queues(api.call(), {"gpu"}, MissingQueue::create);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->front().id, "new");
}

TEST(Queues, a_name_is_matched_whole_and_literally) {
  FakeApi api;
  api.answer = [](std::string_view action, const json::object&) -> Result<json::object> {
    if (action != "queues.get_all") return invalid_argument("Invalid queue id");
    return json::object{{"queues", json::array{json::object{{"id", "1"}, {"name", "axb"}},
                                               json::object{{"id", "2"}, {"name", "a.b"}}}}};
  };

  const auto found = resolve_queues(api.call(), {"a.b"}, MissingQueue::refuse);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->front().id, "2");
  EXPECT_THAT(api.asked.front(), ::testing::HasSubstr(R"(^a\\.b$)"));
}

}  // namespace
}  // namespace jarvis::agent
