// How many jobs a daemon runs, under which names, on which GPUs.
#include "agent/dispatch/slots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proc/files.h"

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const QueueName kDual{"d", "dual"}, kSingle{"s", "single"}, kQuarter{"q", "quarter"};

class SlotsTest : public ::testing::Test {
 protected:
  GpuRegister gpus(std::vector<std::string> devices) { return GpuRegister(home_.path(), std::move(devices)); }
  Slots dynamic(std::vector<std::string> devices) {
    return Slots({.worker = "host:dgpu0-3",
                  .names = Slots::Names::by_gpus,
                  .jobs_max = std::nullopt,
                  .shapes = {{"d", {2000, 2000}}, {"s", {1000, 1000}}, {"q", {250, 250}}}},
                 gpus(std::move(devices)));
  }
  static std::string visible(const Place& place) {
    proc::Environment environment;
    place.prepare(environment);
    return environment.get("CUDA_VISIBLE_DEVICES").value_or("not set");
  }

  proc::TempDir home_ = proc::TempDir::make("/tmp", "slots").value();
};

TEST_F(SlotsTest, a_plain_daemon_runs_one_job_under_its_own_name) {
  Slots slots({.worker = "host:0"}, std::nullopt);
  EXPECT_THAT(slots.with_room({kDual}), ElementsAre(WantedQueue{kDual, true}));

  const auto place = slots.take("t", "d").value();

  ASSERT_TRUE(place);
  EXPECT_EQ(place->worker, "host:0");
  EXPECT_EQ(visible(*place), "not set");
  EXPECT_THAT(slots.with_room({kDual}), IsEmpty());
  EXPECT_EQ(slots.take("u", "d").value(), std::nullopt);
  slots.leave("t");
  EXPECT_TRUE(slots.take("u", "d").value());
}

TEST_F(SlotsTest, services_run_side_by_side_up_to_the_limit_each_with_a_name) {
  Slots slots({.worker = "host:cpu:0", .names = Slots::Names::by_task, .jobs_max = 2, .gpus = "none"}, std::nullopt);

  EXPECT_EQ(slots.take("t1", "q").value()->worker, "host:cpu:0:service:t1");
  const auto second = slots.take("t2", "q").value();
  EXPECT_EQ(visible(*second), "-1");
  EXPECT_EQ(slots.take("t3", "q").value(), std::nullopt);
}

TEST_F(SlotsTest, dynamic_gpus_are_given_out_by_the_queue_s_shape) {
  Slots slots = dynamic({"0", "1", "2"});

  const auto dual = slots.take("t1", "d").value();
  EXPECT_EQ(dual->worker, "host:gpu0,1");
  EXPECT_EQ(visible(*dual), "0,1");
  EXPECT_THAT(slots.with_room({kDual, kSingle}), ElementsAre(WantedQueue{kDual, false}, WantedQueue{kSingle, true}));
  EXPECT_EQ(slots.take("t2", "q").value()->worker, "host:gpu2.25a");
  EXPECT_EQ(slots.take("t3", "q").value()->worker, "host:gpu2.25b");
  EXPECT_THAT(slots.with_room({kDual, kSingle}), IsEmpty());
  EXPECT_NE(slots.why_waiting(), "");
  slots.leave("t1");
  EXPECT_TRUE(slots.take("t4", "d").value());
}

TEST_F(SlotsTest, a_fixed_daemon_has_all_of_its_gpus_or_waits) {
  Slots both({.worker = "host:gpu0,1", .gpus = "0,1"}, gpus({"0", "1"}));
  Slots one({.worker = "host:gpu1", .gpus = "1"}, gpus({"1"}));

  const auto place = one.take("t1", "s").value();
  EXPECT_EQ(visible(*place), "1");
  EXPECT_EQ(place->worker, "host:gpu1");
  EXPECT_THAT(both.with_room({kSingle}), IsEmpty());
  EXPECT_EQ(both.why_waiting(), "GPUs are in use: gpu1 by task t1");
  EXPECT_EQ(both.take("t2", "s").value(), std::nullopt);
  one.leave("t1");
  EXPECT_TRUE(both.take("t2", "s").value());
}

TEST_F(SlotsTest, a_job_from_before_counts) {
  Slots slots({.worker = "host:0"}, std::nullopt);
  slots.adopt("t");

  EXPECT_THAT(slots.with_room({kSingle}), IsEmpty());
}

}  // namespace
}  // namespace jarvis::agent
