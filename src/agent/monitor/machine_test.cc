#include "agent/monitor/machine.h"

#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

TEST(MachineMonitor, has_levels_at_once_and_rates_from_the_second_sample_on) {
  FakeClock clock;
  MachineMonitor monitor(clock);

  const json::object first = monitor.sample();
  clock.advance(std::chrono::seconds(1));
  const json::object second = monitor.sample();

  EXPECT_GT(get_double(first, "memory_free").value_or(0), 0);
  EXPECT_FALSE(first.contains("cpu_usage"));
  EXPECT_FALSE(get_array(second, "cpu_usage")->empty());
}

}  // namespace
}  // namespace jarvis::agent
