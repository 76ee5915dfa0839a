// A log read by its line numbers, and searched.
#include <gmock/gmock.h>

#include "server/services/events_test_steps.h"

namespace jarvis::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LogLines : public EventsFixture {
 protected:
  void log(const std::string& task, std::string_view message, std::int64_t time_ms = 1) {
    line({{"type", "log"}, {"task", task}, {"level", "INFO"}, {"timestamp", time_ms}, {"msg", message}});
  }
  /// "3:text" a line.
  static std::vector<std::string> shown(const json::object& answer) {
    std::vector<std::string> out;
    for (const json::value& line : answer.at("lines").as_array())
      out.push_back(std::to_string(line.at("line").as_int64()) + ":" + std::string(line.at("msg").as_string()));
    return out;
  }
};

TEST_F(LogLines, are_numbered_as_they_came_whatever_their_times_and_a_message_may_hold_several) {
  const std::string task = new_task();
  log(task, "a\nb\n", 50);
  log(task, "", 20);
  sent();
  log(task, "c\r\nd", 10);
  sent();

  const json::object all = ok("events.get_log_lines", {{"task", task}, {"from", 0}});
  const json::object part = ok("events.get_log_lines", {{"task", task}, {"from", 1}, {"count", 3}});

  EXPECT_THAT(shown(all), ElementsAre("0:a", "1:b", "2:", "3:c\r", "4:d"));
  EXPECT_EQ(all.at("total").as_int64(), 5);
  EXPECT_EQ(all.at("first_line").as_int64(), 0);
  EXPECT_THAT(shown(part), ElementsAre("1:b", "2:", "3:c\r"));
}

TEST_F(LogLines, are_the_last_ones_unless_a_first_one_is_given_and_none_beyond_the_end) {
  const std::string task = new_task();
  for (int i = 0; i < 10; ++i)
    log(task, "line " + std::to_string(i));
  sent();

  EXPECT_THAT(shown(ok("events.get_log_lines", {{"task", task}, {"count", 2}})), ElementsAre("8:line 8", "9:line 9"));
  EXPECT_THAT(shown(ok("events.get_log_lines", {{"task", task}, {"from", 99}})), IsEmpty());
  EXPECT_EQ(ok("events.get_log_lines", {{"task", new_task()}}).at("total").as_int64(), 0);
  EXPECT_EQ(refused("events.get_log_lines", {{"task", "0"}}), "400/101");
}

TEST_F(LogLines, keep_their_numbers_when_older_ones_are_deleted_and_begin_anew_when_all_are) {
  const std::string task = new_task();
  log(task, "old", 1'000);
  log(task, "new", clock.wall().ms());
  sent();

  EXPECT_EQ(ok("events.clear_task_log", {{"task", task}, {"threshold_sec", INT64_MAX}}).at("deleted").as_int64(), 0);
  ok("events.clear_task_log", {{"task", task}, {"threshold_sec", 60}});
  const json::object rest = ok("events.get_log_lines", {{"task", task}, {"from", 0}});
  ok("events.delete_for_task", {{"task", task}});
  log(task, "again");
  sent();

  EXPECT_THAT(shown(rest), ElementsAre("1:new"));
  EXPECT_EQ(rest.at("first_line").as_int64(), 1);
  EXPECT_EQ(ok("events.get_task_log", {{"task", task}}).at("total").as_int64(), 1);
  EXPECT_THAT(shown(ok("events.get_log_lines", {{"task", task}})), ElementsAre("0:again"));
}

TEST_F(LogLines, are_searched_forward_and_backward_in_what_a_screen_shows) {
  const std::string task = new_task();
  log(task, "epoch 1\nan \x1b[31mEr\x1b[0mror\nepoch 2");
  log(task, "10%\rerror at the end\r");
  log(task, "ERROR\rgone");
  sent();

  const json::object down = ok("events.search_log", {{"task", task}, {"pattern", "error"}});
  const json::object up =
      ok("events.search_log", {{"task", task}, {"pattern", "epoch \\d"}, {"is_regex", true}, {"backward", true}});
  const json::object upper = ok("events.search_log", {{"task", task}, {"pattern", "Error"}, {"case_sensitive", true}});

  EXPECT_THAT(shown(down), ElementsAre("1:an \x1b[31mEr\x1b[0mror", "3:10%\rerror at the end\r"));
  EXPECT_TRUE(down.at("next").is_null());
  EXPECT_THAT(shown(up), ElementsAre("2:epoch 2", "0:epoch 1"));
  EXPECT_THAT(shown(upper), ElementsAre("1:an \x1b[31mEr\x1b[0mror"));
  EXPECT_EQ(refused("events.search_log", {{"task", task}, {"pattern", "("}, {"is_regex", true}}), "400/21");
  EXPECT_EQ(refused("events.search_log", {{"task", "0"}, {"pattern", "x"}}), "400/101");
}

TEST_F(LogLines, are_found_once_each_where_a_message_goes_over_the_end_of_what_is_looked_at_in_one_step) {
  const std::string task = new_task();
  std::string message;
  for (int i = 0; i < 45'000; ++i)
    message += i == 0 || i == 19'999 || i == 20'000 || i == 44'999 ? "hit\n" : "\n";
  log(task, message + "end");
  log(task, "another hit");
  sent();
  json::object ask{{"task", task}, {"pattern", "hit"}};

  const json::object down = ok("events.search_log", ask);
  ask["backward"] = true;
  const json::object up = ok("events.search_log", ask);

  EXPECT_THAT(shown(down), ElementsAre("0:hit", "19999:hit", "20000:hit", "44999:hit", "45001:another hit"));
  EXPECT_TRUE(down.at("next").is_null());
  EXPECT_THAT(shown(up), ElementsAre("45001:another hit", "44999:hit", "20000:hit", "19999:hit", "0:hit"));
  EXPECT_TRUE(up.at("next").is_null());
}

TEST_F(LogLines, are_searched_by_patterns_that_the_database_does_not_know) {
  const std::string task = new_task();
  log(task, "épée 1");
  log(task, "42");
  sent();

  EXPECT_THAT(shown(ok("events.search_log", {{"task", task}, {"pattern", "^\\pL+ \\d$"}, {"is_regex", true}})),
              ElementsAre("0:épée 1"));
  EXPECT_THAT(shown(ok("events.search_log", {{"task", task}, {"pattern", "^\\d+$"}, {"is_regex", true}, {"count", 1}})),
              ElementsAre("1:42"));
}

TEST_F(LogLines, are_searched_on_from_where_the_search_stopped) {
  const std::string task = new_task();
  for (int i = 0; i < 6; ++i)
    log(task, "hit\nhit\nmiss");
  sent();
  json::object ask{{"task", task}, {"pattern", "hit"}, {"count", 5}};

  const json::object first = ok("events.search_log", ask);
  ask["from"] = first.at("next");
  const json::object second = ok("events.search_log", ask);
  ask["from"] = second.at("next");
  const json::object third = ok("events.search_log", ask);
  ask["backward"] = true;
  ask["from"] = 4;
  const json::object back = ok("events.search_log", ask);

  EXPECT_THAT(shown(first), ElementsAre("0:hit", "1:hit", "3:hit", "4:hit", "6:hit"));
  EXPECT_THAT(shown(second), ElementsAre("7:hit", "9:hit", "10:hit", "12:hit", "13:hit"));
  EXPECT_THAT(shown(third), ElementsAre("15:hit", "16:hit"));
  EXPECT_TRUE(third.at("next").is_null());
  EXPECT_THAT(shown(back), ElementsAre("3:hit", "1:hit", "0:hit"));
}

}  // namespace
}  // namespace jarvis::server
