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

TEST(VisibleGpus, a_job_sees_them_under_all_names_but_cuda_knows_no_all) {
  proc::Environment environment;
  set_visible("0,1", environment);
  EXPECT_EQ(environment.get("CUDA_VISIBLE_DEVICES"), "0,1");
  EXPECT_EQ(environment.get("NVIDIA_VISIBLE_DEVICES"), "0,1");

  set_visible("all", environment);
  EXPECT_EQ(environment.get("CUDA_VISIBLE_DEVICES"), std::nullopt);
  EXPECT_EQ(environment.get("NVIDIA_VISIBLE_DEVICES"), "all");

  set_visible(std::nullopt, environment);
  EXPECT_EQ(environment.get("NVIDIA_VISIBLE_DEVICES"), "all");

  set_visible("none", environment);
  EXPECT_EQ(environment.get("NVIDIA_VISIBLE_DEVICES"), "none");
  EXPECT_EQ(environment.get("CUDA_VISIBLE_DEVICES"), "-1");
  EXPECT_EQ(environment.get("HIP_VISIBLE_DEVICES"), "-1");
}

const std::vector<GpuDevice> kMachine{{"0", "GPU-a", "A100", 80'000},
                                      {"1", "GPU-b", "H100", 80'000, true},
                                      {"1:0", "MIG-b-0", "1g.10gb", 9856},
                                      {"1:1", "MIG-b-1", "1g.10gb", 9856}};

TEST(VisibleGpus, a_slice_has_its_uuid_for_cuda_and_its_number_for_containers) {
  proc::Environment environment;

  set_visible(GpuShare{.devices = {"1:1"}}, kMachine, environment);

  EXPECT_EQ(environment.get("CUDA_VISIBLE_DEVICES"), "MIG-b-1");
  EXPECT_EQ(environment.get("NVIDIA_VISIBLE_DEVICES"), "1:1");
  EXPECT_EQ(environment.get("JARVIS_GPU_FRACTION"), std::nullopt);
}

TEST(VisibleGpus, a_part_of_a_device_is_told_how_much_it_may_use) {
  proc::Environment environment;

  set_visible(GpuShare{.devices = {"0"}, .part = 250}, kMachine, environment);

  EXPECT_EQ(environment.get("CUDA_VISIBLE_DEVICES"), "0");
  EXPECT_EQ(environment.get("JARVIS_GPU_MEMORY_MB"), "20000");
  EXPECT_EQ(environment.get("CUDA_MPS_PINNED_DEVICE_MEM_LIMIT"), "0=20000M");
  EXPECT_EQ(environment.get("CUDA_MPS_ACTIVE_THREAD_PERCENTAGE"), "25");
}

TEST(DevicesOf, a_machine_are_its_own_and_slices_stand_for_a_cut_device) {
  EXPECT_THAT(devices_of(std::nullopt, kMachine).value(), ElementsAre("0", "1:0", "1:1"));
  EXPECT_THAT(devices_of("all", kMachine).value(), ElementsAre("0", "1:0", "1:1"));
  EXPECT_THAT(devices_of("1", kMachine).value(), ElementsAre("1:0", "1:1"));
  EXPECT_THAT(devices_of("MIG-b-1,GPU-a", kMachine).value(), ElementsAre("1:1", "0"));
  EXPECT_TRUE(devices_of("none", kMachine).value().empty());
  EXPECT_THAT(devices_of("5", {}).value(), ElementsAre("5"));
  EXPECT_EQ(devices_of("0,5", kMachine).error().message(), "there is no GPU 5 on this machine; it has 0, 1, 1:0, 1:1");
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
