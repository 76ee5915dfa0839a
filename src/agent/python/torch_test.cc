#include "agent/python/torch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "proc/files.h"

namespace jarvis::agent {

void PrintTo(const ToolkitVersion& version, std::ostream* out) {
  *out << version.major << "." << version.minor;
}

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = Accelerator::Kind;

Accelerator cuda(int major, int minor) {
  return {.kind = Kind::cuda, .version = {major, minor}, .source = "the driver"};
}
const Accelerator kProcessor{.kind = Kind::processor, .version = {}, .source = ""};
const TorchIndexes kIndexes{.cuda = "http://i/cu{}", .rocm = "http://i/rocm{}.{}", .processor = "http://i/cpu"};

TEST(ToolkitVersion, is_read_as_people_and_builds_write_it) {
  EXPECT_EQ(parse_toolkit_version("12.4"), (ToolkitVersion{12, 4}));
  EXPECT_EQ(parse_toolkit_version("12.4.1"), (ToolkitVersion{12, 4}));
  EXPECT_EQ(parse_toolkit_version("118"), (ToolkitVersion{11, 8}));
  EXPECT_EQ(parse_toolkit_version("92"), (ToolkitVersion{9, 2}));
  EXPECT_EQ(parse_toolkit_version("12"), (ToolkitVersion{12, 0}));
  EXPECT_EQ(parse_toolkit_version("6"), (ToolkitVersion{6, 0}));
  for (const char* text : {"", "x", "12.x", ".1", "-1.2", "1 2"})
    EXPECT_EQ(parse_toolkit_version(text), std::nullopt) << text;
}

struct Row {
  const char* asked;
  Accelerator machine;
  const char* wanted;
  const char* index;
  const char* python = "3.11";
};

TEST(Torch, is_the_build_that_the_machine_s_gpus_run) {
  const Row rows[] = {
      // What is pinned stays that release, in the newest build that the driver is certain to run.
      {"torch==2.4.1", cuda(12, 4), "torch==2.4.1+cu124", "http://i/cu124"},
      {"torch==2.4.1", cuda(12, 2), "torch==2.4.1+cu121", "http://i/cu121"},
      {"torch==2.4.1", cuda(11, 8), "torch==2.4.1+cu118", "http://i/cu118"},
      {"torch==2.4.1", cuda(13, 0), "torch==2.4.1+cu124", "http://i/cu124"},
      {"torch==1.7.1", cuda(10, 1), "torch==1.7.1+cu101", "http://i/cu101"},
      {"torch==1.8.1", cuda(11, 0), "torch==1.8.1+cu102", "http://i/cu102", "3.9"},
      // A newer build of the same major version, where there is none older.
      {"torch==2.8.0", cuda(12, 4), "torch==2.8.0+cu126", "http://i/cu126"},
      // What another machine recorded.
      {"torch==2.1.0+cpu", cuda(12, 1), "torch==2.1.0+cu121", "http://i/cu121"},
      {"torch==2.1.0+cu121", cuda(11, 8), "torch==2.1.0+cu118", "http://i/cu118"},
      {"torch==2.1.0+cu121", kProcessor, "torch==2.1.0+cpu", "http://i/cpu"},
      {"torch[opt-einsum] == 2.4.0 ; sys_platform == 'linux'", cuda(12, 4),
       "torch[opt-einsum]==2.4.0+cu124; sys_platform == 'linux'", "http://i/cu124"},
      // What is open is the newest release with a build for the machine and its Python.
      {"torch", cuda(12, 4), "torch==2.7.*", "http://i/cu118"},
      {"torch>=2.0", cuda(12, 8), "torch>=2.0,==2.9.*", "http://i/cu128"},
      {"torch>=2.0,<2.5", cuda(12, 8), "torch>=2.0,<2.5,==2.4.*", "http://i/cu124"},
      {"torch", cuda(12, 8), "torch==2.4.*", "http://i/cu124", "3.8"},
      {"torch", cuda(10, 2), "torch==1.12.*", "http://i/cu102", "3.9"},
      {"torch", cuda(12, 8), "torch==2.9.*", "http://i/cu128", ""},
      {"torch~=2.1.0", kProcessor, "torch~=2.1.0,==2.1.*", "http://i/cpu"},
      // Newer than this table: the installer chooses, where the driver's own version is.
      {"torch==3.1.0", cuda(14, 1), "torch==3.1.0", "http://i/cu141"},
      {"torch==2.4.0",
       {.kind = Kind::rocm, .version = {6, 3}, .source = "x"},
       "torch==2.4.0+rocm6.1",
       "http://i/rocm6.1"},
  };
  for (const Row& row : rows) {
    const auto choice = choose_torch(std::string("six\n") + row.asked + "\n", row.python, row.machine, kIndexes);
    ASSERT_TRUE(choice) << row.asked << ": " << choice.error().message();
    EXPECT_EQ(choice->requirements, std::string("six\n") + row.wanted + "\n");
    EXPECT_THAT(choice->indexes, ElementsAre(row.index)) << row.asked;
  }
}

TEST(Torch, brings_its_family_along) {
  const auto choice =
      choose_torch("torchvision==0.19.1\ntorch==2.4.1\ntorchaudio\ntorchmetrics==1.0\n", "3.11", cuda(12, 1), kIndexes);
  EXPECT_EQ(choice->requirements, "torchvision==0.19.1+cu121\ntorch==2.4.1+cu121\ntorchaudio\ntorchmetrics==1.0\n");
  EXPECT_EQ(choice->build, "cu121");
  EXPECT_THAT(choice->reason, HasSubstr("CUDA 12.1, as the driver says"));
}

TEST(Torch, is_left_alone_where_nothing_asks_for_it_or_all_is_said) {
  for (const char* text : {"six\npytorch-lightning==2.0\n", "torch @ https://h/torch-2.whl\n"}) {
    const auto choice = choose_torch(text, "3.11", cuda(12, 1), kIndexes);
    EXPECT_EQ(choice->requirements, text);
    EXPECT_TRUE(choice->indexes.empty());
  }
  const char* hashed = "torch==2.4.1 --hash=sha256:aa\nsix==1 \\\n--hash=sha256:bb\n";
  EXPECT_EQ(choose_torch(hashed, "3.11", cuda(12, 1), kIndexes)->requirements, hashed);
}

TEST(Torch, with_no_build_for_the_gpus_says_which_there_are) {
  const auto choice = choose_torch("torch==2.8.0\n", "3.11", cuda(11, 4), kIndexes);
  ASSERT_FALSE(choice);
  EXPECT_THAT(choice.error().message(), HasSubstr("built for CUDA 12.6, 12.8, 12.9, and the driver says 11.4"));
}

TEST(Torch, that_was_installed_is_read_from_its_own_file) {
  const auto dir = proc::TempDir::make("/tmp", "jarvis-torch-").value();
  EXPECT_EQ(installed_torch(dir.path()), std::nullopt);
  const auto folder = dir.path() / "lib/python3.11/site-packages/torch";
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(proc::write_file_durably(folder / "version.py",
                                       "from typing import Optional\n__version__ = '2.4.1+cu124'\ndebug = False\n"
                                       "cuda: Optional[str] = '12.4'\nhip: Optional[str] = None\n",
                                       0644));
  const auto build = installed_torch(dir.path());
  ASSERT_TRUE(build);
  EXPECT_EQ(build->version, "2.4.1+cu124");
  EXPECT_EQ(build->cuda, "12.4");
  EXPECT_EQ(build->rocm, "");
}

TEST(Torch, that_would_leave_the_gpus_unused_is_refused) {
  const TorchBuild for_processor{.version = "2.4.1+cpu", .cuda = "", .rocm = ""};
  const TorchBuild for_cuda_13{.version = "2.9.0+cu130", .cuda = "13.0", .rocm = ""};
  EXPECT_THAT(check_torch(for_processor, cuda(12, 4)).error().message(), HasSubstr("for the processor alone"));
  EXPECT_THAT(check_torch(for_cuda_13, cuda(12, 4)).error().message(), HasSubstr("built for CUDA 13.0"));
  EXPECT_TRUE(check_torch(for_cuda_13, cuda(13, 0)));
  EXPECT_TRUE(check_torch({.version = "2.8.0", .cuda = "12.6", .rocm = ""}, cuda(12, 4)));
  EXPECT_TRUE(check_torch(for_processor, kProcessor));
  const Accelerator rocm{.kind = Kind::rocm, .version = {6, 1}, .source = "x"};
  EXPECT_THAT(check_torch(for_cuda_13, rocm).error().message(), HasSubstr("another maker's"));
}

}  // namespace
}  // namespace jarvis::agent
