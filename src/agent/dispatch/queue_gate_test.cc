// From which queues work is taken now: the timetable, and what people force on the server.
#include "agent/dispatch/queue_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/dispatch/fake_api.h"

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<QueueName> kQueues{{"a", "first"}, {"b", "second"}};

/// Queue b has these tags; the worker this property.
FakeApi::Answer server(const std::vector<std::string>& tags, const std::string& force) {
  return [=](std::string_view action, const json::object&) -> Result<json::object> {
    if (action == "queues.get_all") {
      return json::object{
          {"queues", json::array{json::object{{"id", "a"}, {"tags", json::array()}},
                                 json::object{{"id", "b"}, {"tags", json::array(tags.begin(), tags.end())}}}}};
    }
    json::array properties;
    if (!force.empty()) properties.push_back(json::object{{"key", "force"}, {"value", force}});
    return json::object{{"runtime_properties", properties}};
  };
}

class QueueGates : public ::testing::Test {
 protected:
  std::vector<std::string> open(QueueGate& gate) {
    std::vector<std::string> out;
    for (const QueueName& queue : gate.open(kQueues))
      out.push_back(queue.id);
    return out;
  }
  /// Open or closed the whole week.
  static WorkingHours never() { return WorkingHours::parse({}, {"0-24 SUN-SAT"}).value(); }

  FakeApi api;
  FakeClock clock;
};

TEST_F(QueueGates, without_a_timetable_all_are_open_but_those_that_are_forced_off) {
  api.set_answer(server({"force_workers:off"}, ""));
  QueueGate gate(api.call(), {}, "w", clock);

  EXPECT_THAT(open(gate), ElementsAre("a"));
}

TEST_F(QueueGates, closed_hours_close_all_but_those_that_are_forced_on) {
  api.set_answer(server({"force_workers:on"}, ""));
  QueueGate gate(api.call(), never(), "w", clock);

  EXPECT_THAT(open(gate), ElementsAre("b"));
  EXPECT_LE(gate.holds(), std::chrono::seconds(3601));
}

TEST_F(QueueGates, a_worker_that_is_forced_off_takes_nothing) {
  api.set_answer(server({}, "off"));
  QueueGate gate(api.call(), {}, "w", clock);

  EXPECT_THAT(open(gate), IsEmpty());
}

TEST_F(QueueGates, the_server_is_asked_now_and_then_and_its_last_word_counts_while_it_is_away) {
  api.set_answer(server({"force_workers:off"}, ""));
  QueueGate gate(api.call(), {}, "w", clock);
  EXPECT_THAT(open(gate), ElementsAre("a"));
  const std::size_t asked = api.asked().size();

  api.set_answer([](std::string_view, const json::object&) -> Result<json::object> { return unavailable("away"); });
  EXPECT_THAT(open(gate), ElementsAre("a"));
  EXPECT_EQ(api.asked().size(), asked);
  clock.advance(std::chrono::seconds(16));
  EXPECT_THAT(open(gate), ElementsAre("a"));
  EXPECT_GT(api.asked().size(), asked);
  clock.advance(std::chrono::seconds(16));
  api.set_answer(server({}, ""));
  EXPECT_THAT(open(gate), ElementsAre("a", "b"));
}

TEST_F(QueueGates, a_server_without_worker_properties_is_asked_for_them_once) {
  api.set_answer([](std::string_view action, const json::object&) -> Result<json::object> {
    if (action == "workers.get_runtime_properties") return not_found("Unknown endpoint");
    return json::object{{"queues", json::array()}};
  });
  QueueGate gate(api.call(), {}, "w", clock);

  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(open(gate), ElementsAre("a", "b"));
    clock.advance(std::chrono::seconds(16));
  }

  const auto asked = api.asked();
  EXPECT_EQ(std::ranges::count_if(asked, [](const std::string& call) { return call.find("runtime") != call.npos; }), 1);
}

}  // namespace
}  // namespace jarvis::agent
