// What --gpus, --cpu-only and the environment make a job see.
#include "agent/gpu/visible.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;

TEST(VisibleGpus, flags_come_before_the_environment) {
  proc::Environment environment;
  environment.set("NVIDIA_VISIBLE_DEVICES", "3");

  EXPECT_EQ(visible_gpus("0,1", false, environment).value(), "0,1");
  EXPECT_EQ(visible_gpus("", true, environment).value(), "none");
  EXPECT_EQ(visible_gpus("", false, environment).value(), "3");
  EXPECT_EQ(visible_gpus("", false, proc::Environment()).value(), std::nullopt);
  EXPECT_EQ(visible_gpus("MIG-1-2,GPU-3", false, environment).value(), "MIG-1-2,GPU-3");
  for (const char* wrong : {"0,", "one", "-1", "0;1", "0:", "0-3"})
    EXPECT_FALSE(visible_gpus(wrong, false, environment)) << wrong;
  EXPECT_FALSE(visible_gpus("0", true, environment));
}

TEST(VisibleGpus, a_job_sees_them_under_both_names_but_cuda_knows_no_all) {
  proc::Environment environment;
  set_visible("0,1", environment);
  EXPECT_EQ(environment.get("CUDA_VISIBLE_DEVICES"), "0,1");
  EXPECT_EQ(environment.get("NVIDIA_VISIBLE_DEVICES"), "0,1");

  set_visible("all", environment);
  EXPECT_EQ(environment.get("CUDA_VISIBLE_DEVICES"), std::nullopt);
  EXPECT_EQ(environment.get("NVIDIA_VISIBLE_DEVICES"), "all");

  set_visible(std::nullopt, environment);
  EXPECT_EQ(environment.get("NVIDIA_VISIBLE_DEVICES"), "all");
}

TEST(DynamicDevices, are_a_range_or_a_list) {
  EXPECT_THAT(dynamic_devices("0-3").value(), ElementsAre("0", "1", "2", "3"));
  EXPECT_THAT(dynamic_devices("5,2").value(), ElementsAre("5", "2"));
  EXPECT_THAT(dynamic_devices("0:0,0.1").value(), ElementsAre("0:0", "0:1"));
  for (const char* wrong : {"", "all", "3-1", "1,1", "0-99999", "a-b", "0,"})
    EXPECT_FALSE(dynamic_devices(wrong)) << wrong;
}

}  // namespace
}  // namespace jarvis::agent
