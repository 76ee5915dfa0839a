#include "agent/monitor/machine.h"

#include <gtest/gtest.h>

#include "agent/monitor/worker_report.h"

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

TEST(MachineMonitor, tells_the_room_of_the_disk_that_is_named) {
  FakeClock clock;

  // Of a disk without a byte; a name that is none tells nothing.
  EXPECT_EQ(get_double(MachineMonitor(clock, "/proc").sample(), "disk_free_home"), 0);
  EXPECT_GT(get_double(MachineMonitor(clock, "/").sample(), "disk_free_home").value_or(0), 0);
  EXPECT_FALSE(MachineMonitor(clock, "/nonexistent").sample().contains("disk_free_home"));
}

/// A GPU that does not say how busy it is.
class SilentGpu final : public GpuDriver {
 public:
  std::vector<GpuDevice> inventory() const override { return {}; }
  std::vector<GpuSample> sample() const override { return {{.index = "0", .uuid = "MIG-0"}}; }
  std::string describe() const override { return "silent"; }
};

TEST(WorkerReports, say_what_the_owner_says_of_gpus_that_do_not_say_how_busy_they_are) {
  FakeClock clock;
  const auto usage = [&](std::optional<int> percent) {
    WorkerReport report({.worker = "w", .default_gpu_percent = percent}, std::make_shared<SilentGpu>(), clock);
    (void)report.body();
    return report.gpus().at(0).percent;
  };

  EXPECT_EQ(usage(100), 100);
  EXPECT_EQ(usage(std::nullopt), std::nullopt);
}

}  // namespace
}  // namespace jarvis::agent
