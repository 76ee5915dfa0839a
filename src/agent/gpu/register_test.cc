// One register for all daemons of a machine.
#include "agent/gpu/register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "proc/child.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;

class GpuRegisterTest : public ::testing::Test {
 protected:
  const GpuShape one_ = parse_gpu_shape("1").value();
  const GpuShape two_ = parse_gpu_shape("2").value();
  proc::TempDir home_ = proc::TempDir::make("/tmp", "gpus").value();
  GpuRegister first_{home_.path(), {"0", "1"}};
  GpuRegister second_{home_.path(), {"0", "1"}};
};

TEST_F(GpuRegisterTest, two_daemons_never_give_out_the_same_device) {
  const auto mine = first_.take("a", one_).value();
  const auto theirs = second_.take("b", one_).value();

  EXPECT_THAT(mine->devices, ElementsAre("0"));
  EXPECT_THAT(theirs->devices, ElementsAre("1"));
  EXPECT_EQ(first_.take("c", one_).value(), std::nullopt);
  EXPECT_THAT(first_.have_room({one_, two_}).value(), ElementsAre(false, false));
  ASSERT_TRUE(second_.give_back("b"));
  EXPECT_THAT(first_.have_room({one_, two_}).value(), ElementsAre(true, false));
}

TEST_F(GpuRegisterTest, a_share_lives_as_long_as_the_job_s_process) {
  auto job = proc::spawn({.argv = {"sleep", "600"}, .environment = proc::Environment::inherited()}).value();
  ASSERT_TRUE(first_.take("a", two_).value());
  ASSERT_TRUE(first_.hand_over("a", job.pid()));

  EXPECT_EQ(second_.share_of("a").value()->devices.size(), 2U);
  EXPECT_EQ(second_.take("b", one_).value(), std::nullopt);
  job.signal_tree(9);
  ASSERT_TRUE(job.wait());

  EXPECT_EQ(second_.share_of("a").value(), std::nullopt);
  EXPECT_TRUE(second_.take("b", one_).value());
}

TEST_F(GpuRegisterTest, devices_of_strangers_are_left_alone) {
  first_.set_foreign([] { return std::set<std::string>{"0"}; });

  EXPECT_THAT(first_.take("a", one_).value()->devices, ElementsAre("1"));
  EXPECT_EQ(first_.take("b", one_).value(), std::nullopt);
}

TEST_F(GpuRegisterTest, daemons_with_overlapping_devices_take_turns) {
  GpuRegister of_one(home_.path(), {"0"});

  ASSERT_TRUE(first_.take("both", two_).value());
  EXPECT_EQ(of_one.take("one", one_).value(), std::nullopt);
  ASSERT_TRUE(first_.give_back("both"));
  EXPECT_TRUE(of_one.take("one", one_).value());
  EXPECT_THAT(first_.have_room({one_, two_}).value(), ElementsAre(true, false));
}

TEST_F(GpuRegisterTest, equal_parts_of_two_daemons_are_told_apart) {
  const GpuShape half = parse_gpu_shape("0.5").value();

  EXPECT_EQ(worker_suffix(*first_.take("a", half).value()), "gpu0.5a");
  EXPECT_EQ(worker_suffix(*second_.take("b", half).value()), "gpu0.5b");
}

TEST_F(GpuRegisterTest, many_daemons_at_once_never_give_out_a_device_twice_and_lose_none) {
  const std::vector<std::string> devices{"0", "1", "2", "3"};
  std::map<std::string, std::atomic<int>> used;
  for (const std::string& device : devices)
    used[device] = 0;
  const auto daemon = [&](int number) {
    GpuRegister own(home_.path(), devices);
    std::mt19937 random(static_cast<unsigned>(number));
    const std::vector<GpuShape> shapes{one_, two_, parse_gpu_shape("0.5").value()};
    for (int round = 0; round < 25; ++round) {
      const std::string task = std::to_string(number) + "-" + std::to_string(round);
      const auto share = own.take(task, shapes[random() % shapes.size()]).value();
      if (!share) continue;
      for (const std::string& device : share->devices)
        EXPECT_LE(used.at(device) += share->part, kWholeDevice) << device;
      for (const std::string& device : share->devices)
        used.at(device) -= share->part;
      EXPECT_TRUE(own.give_back(task));
    }
  };
  {
    std::vector<std::jthread> daemons;
    for (int number = 0; number < 4; ++number)
      daemons.emplace_back(daemon, number);
  }

  EXPECT_EQ(GpuRegister(home_.path(), devices).take("all", parse_gpu_shape("4").value()).value()->devices.size(), 4U);
}

TEST_F(GpuRegisterTest, a_broken_file_begins_anew) {
  ASSERT_TRUE(first_.take("a", one_).value());
  ASSERT_TRUE(proc::write_file_durably(home_.path() / "gpus" / "shares.json", "{broken"));

  EXPECT_TRUE(second_.take("b", two_).value());
}

}  // namespace
}  // namespace jarvis::agent
