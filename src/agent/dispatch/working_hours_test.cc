// Timetables, as a table.
#include "agent/dispatch/working_hours.h"

#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

constexpr int kSunday = 0, kMonday = 1, kTuesday = 2, kFriday = 5, kSaturday = 6;

struct Case {
  std::vector<std::string> uptime, downtime;
  int weekday, hour;
  bool is_open;
};

TEST(WorkingHours, say_for_each_hour_of_the_week_whether_work_is_taken) {
  const std::vector<Case> cases{
      {{}, {}, kMonday, 3, true},
      {{"17-20 TUE"}, {}, kTuesday, 16, false},
      {{"17-20 TUE"}, {}, kTuesday, 17, true},
      {{"17-20 TUE"}, {}, kTuesday, 19, true},
      {{"17-20 TUE"}, {}, kTuesday, 20, false},
      {{"17-20 TUE"}, {}, kMonday, 18, false},
      {{"17-20", "TUE"}, {}, kTuesday, 18, true},  // a shell took it apart
      {{"20 SAT,SUN"}, {}, kSunday, 23, true},     // until midnight
      {{"9-12,13-17 MON-FRI"}, {}, kFriday, 12, false},
      {{"9-12,13-17 MON-FRI"}, {}, kFriday, 13, true},
      {{"18-0 mon"}, {}, kMonday, 23, true},
      {{"22-6 FRI"}, {}, kSaturday, 5, true},  // over midnight
      {{"22-6 FRI"}, {}, kSaturday, 6, false},
      {{"0-24 SAT-MON"}, {}, kSunday, 12, true},  // over the end of the week
      {{"0-24 SAT-MON"}, {}, kTuesday, 12, false},
      {{}, {"09-13 TUE"}, kTuesday, 9, false},
      {{}, {"09-13 TUE"}, kTuesday, 13, true},
  };
  for (const Case& c : cases) {
    const auto hours = WorkingHours::parse(c.uptime, c.downtime);
    ASSERT_TRUE(hours);
    EXPECT_EQ(hours->is_open(c.weekday, c.hour), c.is_open)
        << (c.uptime.empty() ? "" : c.uptime.front()) << " day " << c.weekday << " hour " << c.hour;
  }
}

TEST(WorkingHours, what_is_no_timetable_is_refused_with_the_right_form) {
  for (const char* entry :
       {"17-20", "TUE", "25 TUE", "9-9 MON", "9-17 WEEKDAY", "a-b MON", "9-17 MON TUE", "1-2-3 MON", ""}) {
    const auto hours = WorkingHours::parse({entry}, {});
    ASSERT_FALSE(hours) << entry;
    EXPECT_NE(hours.error().message().find("9-17 MON-FRI"), std::string::npos) << entry;
  }
  EXPECT_FALSE(WorkingHours::parse({"1-2 MON"}, {"3-4 MON"}));
}

TEST(WorkingHours, are_described_by_day) {
  const auto hours = WorkingHours::parse({"9-12,13-17 MON-FRI"}, {});

  EXPECT_TRUE(hours->describe().starts_with("SUN closed\nMON 9-12 13-17\n"));
  EXPECT_TRUE(WorkingHours().is_always_open());
}

TEST(Forced, a_queue_s_tag_comes_before_the_worker_s_property) {
  EXPECT_EQ(forced({}, std::nullopt), std::nullopt);
  EXPECT_EQ(forced({"force_workers:off"}, "on"), false);
  EXPECT_EQ(forced({"force_workers:on"}, "off"), true);
  EXPECT_EQ(forced({"force_workers:on", "force_workers:off"}, std::nullopt), false);
  EXPECT_EQ(forced({"other"}, "off"), false);
  EXPECT_EQ(forced({}, "on"), true);
  EXPECT_EQ(forced({}, "maybe"), std::nullopt);
}

}  // namespace
}  // namespace jarvis::agent
