// AMD's devices, through a library that is loaded as the driver's would be; which driver is taken where both are named.
#include "agent/gpu/rocm_smi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "proc/files.h"

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RocmSmiTest : public ::testing::Test {
 protected:
  void machine(const std::string& text) {
    const auto file = directory_.path() / "gpus";
    ASSERT_TRUE(proc::write_file_durably(file, text));
    ::setenv("FAKE_ROCM_GPUS", file.c_str(), 1);
  }

 private:
  proc::TempDir directory_ = proc::TempDir::make("/tmp", "rocm").value();
};

TEST_F(RocmSmiTest, devices_are_found_with_what_they_do_and_who_uses_them) {
  machine("MI300X 196592 100 42 51 11\nMI300X 196592 0 0 30 11 12\nMI300X 196592 0 0 30\n");
  const auto rocm = RocmSmi::load(JARVIS_FAKE_ROCM_SMI, "");
  ASSERT_TRUE(rocm) << rocm.error().message();

  const auto samples = rocm->sample();
  json::object stats;
  add_gpu_stats(only_visible(samples, {"0"}), stats);

  ASSERT_EQ(rocm->inventory().size(), 3U);
  EXPECT_EQ(rocm->inventory()[1].name, "MI300X");
  EXPECT_EQ(rocm->inventory()[1].uuid, "GPU-00000000000000a1");
  EXPECT_EQ(rocm->inventory()[1].memory_mb, 196592);
  EXPECT_EQ(to_text(stats),
            R"({"gpu_usage":[42],"gpu_temperature":[51],"gpu_memory_used":[100],"gpu_memory_free":[196492]})");
  EXPECT_THAT(used_by_others(samples, {11}), ElementsAre("1"));
  EXPECT_EQ(samples[1].processes.at(0).memory_mb, 7);
  EXPECT_EQ(rocm->describe(), "AMD driver 6.3.6");
}

TEST_F(RocmSmiTest, a_machine_without_a_driver_is_told_from_one_with_a_broken_one) {
  ::unsetenv("FAKE_ROCM_GPUS");
  EXPECT_EQ(RocmSmi::load("/no/such/librocm_smi64.so", "").error().code(), ErrorCode::not_found);

  const auto broken = RocmSmi::load(JARVIS_FAKE_ROCM_SMI, "");

  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code(), ErrorCode::unsupported);
  EXPECT_THAT(broken.error().message(), HasSubstr("amdgpu module"));
}

TEST_F(RocmSmiTest, is_the_driver_where_there_is_none_of_nvidia) {
  machine("MI300X 196592 100 42 51\n");
  proc::Environment environment;
  environment.set("JARVIS_NVML_LIBRARY", "/no/such/libnvidia-ml.so");
  environment.set("JARVIS_ROCM_SMI_LIBRARY", JARVIS_FAKE_ROCM_SMI);

  EXPECT_THAT(load_gpu_driver(environment).value()->describe(), HasSubstr("AMD"));
  environment.set("JARVIS_ROCM_SMI_LIBRARY", "/no/such/librocm_smi64.so");
  EXPECT_EQ(load_gpu_driver(environment).error().code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace jarvis::agent
