// The inventory and the statistics, through a library that is loaded as the driver's would be.
#include "agent/gpu/nvml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "proc/files.h"

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;

class NvmlTest : public ::testing::Test {
 protected:
  void machine(const std::string& text) {
    const auto file = directory_.path() / "gpus";
    ASSERT_TRUE(proc::write_file_durably(file, text));
    ::setenv("FAKE_NVML_GPUS", file.c_str(), 1);
  }

 private:
  proc::TempDir directory_ = proc::TempDir::make("/tmp", "nvml").value();
};

TEST_F(NvmlTest, devices_and_mig_slices_are_found_with_what_they_do) {
  machine("device A100 81920 1000 70 55 4711\ndevice H100 81920 0 0 30\nslice 1g.10gb 9856 13 - -\n");
  const auto nvml = Nvml::load(JARVIS_FAKE_NVML);
  ASSERT_TRUE(nvml) << nvml.error().message();

  std::vector<std::string> indices;
  for (const GpuDevice& device : nvml->inventory())
    indices.push_back(device.index);
  const auto samples = nvml->sample();
  json::object stats;
  add_gpu_stats(samples, stats);

  EXPECT_THAT(indices, ElementsAre("0", "1", "1:0"));
  EXPECT_TRUE(nvml->inventory()[1].has_slices);
  EXPECT_EQ(nvml->inventory()[0].memory_mb, 81920);
  EXPECT_EQ(nvml->inventory()[2].uuid, "MIG-1-0");
  EXPECT_EQ(
      to_text(stats),
      R"({"gpu_usage":[70,100],"gpu_temperature":[55,0],"gpu_memory_used":[1000,13],"gpu_memory_free":[80920,9843]})");
  EXPECT_EQ(nvml->cuda_version(), "12.4");
  EXPECT_EQ(nvml->driver_version(), "550.54.14");
}

TEST_F(NvmlTest, statistics_are_those_of_the_visible_devices) {
  machine("device A 100 1 5 40\ndevice B 100 2 6 41\ndevice C 100 3 7 42\n");
  const auto nvml = Nvml::load(JARVIS_FAKE_NVML);
  ASSERT_TRUE(nvml);
  json::object stats;

  add_gpu_stats(only_visible(nvml->sample(), {"1", "GPU-2"}), stats);

  EXPECT_EQ(to_text(stats.at("gpu_usage")), "[6,7]");
}

TEST_F(NvmlTest, a_device_with_foreign_processes_is_known) {
  machine("device A 100 1 5 40 11\ndevice B 100 2 6 41 12 13\ndevice C 100 3 7 42\n");
  const auto nvml = Nvml::load(JARVIS_FAKE_NVML);
  ASSERT_TRUE(nvml);

  EXPECT_THAT(used_by_others(nvml->sample(), {11, 12}), ElementsAre("1"));
}

TEST_F(NvmlTest, a_machine_without_a_driver_is_no_error_that_ends_anything) {
  EXPECT_EQ(Nvml::load("/no/such/libnvidia-ml.so").error().code(), ErrorCode::not_found);
  ::unsetenv("FAKE_NVML_GPUS");
  const auto broken = Nvml::load(JARVIS_FAKE_NVML);
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message(), ::testing::HasSubstr("Driver Not Loaded"));
}

}  // namespace
}  // namespace jarvis::agent
