#include "agent/stages/accelerator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

using testing::HasSubstr;
using Kind = Accelerator::Kind;

Result<Accelerator> found(std::map<std::string, std::string> variables, const std::string& image = {}) {
  proc::Environment environment;
  environment.set("HOME", "/no/such/home")
      .set("JARVIS_NVML_LIBRARY", "/no/such")
      .set("JARVIS_ROCM_SMI_LIBRARY", "/no/such");
  for (const auto& [name, value] : variables)
    environment.set(name, value);
  proc::Environment inside;
  if (!image.empty()) inside.set("CUDA_VERSION", image);
  return accelerator_of(load_settings(environment).value(), inside);
}

TEST(Accelerator, is_what_the_machine_is_said_to_have_before_what_the_image_holds) {
  const auto said = found({{"CUDA_VERSION", "11.2"}}, "12.6.3");
  EXPECT_EQ(said->kind, Kind::cuda);
  EXPECT_EQ(said->version, (ToolkitVersion{11, 2}));
  EXPECT_THAT(said->source, HasSubstr("CUDA_VERSION"));

  EXPECT_EQ(found({}, "12.6.3")->version, (ToolkitVersion{12, 6}));
  EXPECT_EQ(found({})->kind, Kind::processor);
}

TEST(Accelerator, is_the_processor_for_a_job_that_sees_no_gpu_whatever_cuda_there_is) {
  EXPECT_EQ(found({{"CUDA_VERSION", "11.2"}, {"NVIDIA_VISIBLE_DEVICES", "none"}})->kind, Kind::processor);
  EXPECT_EQ(found({{"CUDA_VERSION", "11.2"}, {"JARVIS_CPU_ONLY", "1"}})->kind, Kind::processor);
  EXPECT_EQ(found({{"CUDA_VERSION", "0"}})->kind, Kind::processor);
}

TEST(Accelerator, with_a_version_that_is_none_says_who_named_it) {
  const auto broken = found({{"CLEARML_CUDA_VERSION", "new"}});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message(), HasSubstr("CLEARML_CUDA_VERSION"));
}

}  // namespace
}  // namespace jarvis::agent
