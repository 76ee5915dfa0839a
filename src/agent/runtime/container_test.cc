// A container's life, with a small program in place of docker that runs everything on this host and notes what it was
// asked; the command lines of docker and podman. tests/containers has the real ones.
#include "agent/runtime/container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include "proc/files.h"

namespace jarvis::agent {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(DeviceArguments, each_engine_gets_the_share_in_its_own_words) {
  EXPECT_THAT(device_arguments(Engine::docker, {.devices = ""}), IsEmpty());
  EXPECT_THAT(device_arguments(Engine::docker, {.devices = "all"}), ElementsAre("--gpus", "all"));
  EXPECT_THAT(device_arguments(Engine::docker, {.devices = "0,3"}), ElementsAre("--gpus", "\"device=0,3\""));
  EXPECT_THAT(device_arguments(Engine::docker, {.devices = "0.1"}), ElementsAre("--gpus", "\"device=0:1\""));
  EXPECT_THAT(device_arguments(Engine::podman, {.devices = "0,3"}),
              ElementsAre("--device=nvidia.com/gpu=0", "--device=nvidia.com/gpu=3"));
  EXPECT_THAT(device_arguments(Engine::docker, {.devices = "none"}), ElementsAre("--env=NVIDIA_VISIBLE_DEVICES=void"));
  EXPECT_THAT(device_arguments(Engine::docker, {.devices = "1", .uses_nvidia_runtime = true}),
              ElementsAre("--env=NVIDIA_VISIBLE_DEVICES=1"));
  EXPECT_THAT(device_arguments(Engine::docker, {.devices = "all", .has_amd = true}), Contains("--device=/dev/kfd"));
}

TEST(RunCommand, limits_are_set_where_nobody_asked_for_others) {
  ContainerPlan plan{
      .image = "image", .name = "name", .labels = {}, .arguments = {"--ulimit", "nproc=10"}, .mounts = {}};
  plan.limits = {"nofile=1024:4096", "nproc=100:200"};

  const auto argv = run_command(Engine::podman, "podman", plan);

  EXPECT_THAT(argv, Contains("--ulimit=nofile=1024:4096"));
  EXPECT_THAT(argv, Not(Contains("--ulimit=nproc=100:200")));
}

TEST(RunCommand, the_agents_own_words_come_after_the_tasks) {
  const auto argv =
      run_command(Engine::docker, "/usr/bin/docker",
                  {.image = "image:1",
                   .name = "one",
                   .labels = {"jarvis-agent.job=1:2"},
                   .arguments = {"--cpus=2"},
                   .mounts = {{.source = "/a", .target = "/b"}, {.source = "/c", .access = Mount::Access::write}},
                   .host_mount = "/data:/c"});

  const auto place = [&](std::string_view word) { return std::find(argv.begin(), argv.end(), word) - argv.begin(); };
  EXPECT_LT(place("--cpus=2"), place("--label=jarvis-agent.job=1:2"));
  EXPECT_LT(place("--entrypoint=/bin/sh"), place("image:1"));
  EXPECT_THAT(argv, Contains("--mount=type=bind,source=/a,target=/b,readonly"));
  EXPECT_THAT(argv, Contains("--mount=type=bind,source=/data,target=/c"));
}

class Containers : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(proc::write_file_durably(folder_.path() / "docker", kFake, 0755));
    options_.client =
        proc::Environment().set("PATH", folder_.path().string() + ":/usr/bin:/bin").set("NOTES", notes_.string());
    options_.plan.image = "image:1";
    options_.home = "/home/one/.jarvis";
    options_.output = [this](std::string_view text) { output_ += text; };
  }
  std::string notes() { return proc::read_file(notes_).value_or(""); }

  /// As docker: `run` lives until its stdin ends, `exec` starts the program, the rest is answered.
  static constexpr std::string_view kFake = R"(#!/bin/sh
for word; do printf '<%s>' "$word" >>"$NOTES"; done; echo >>"$NOTES"
case $1 in
  image) [ -e "${NOTES}.pulled" ] || [ "$5" = image:1 ] || { echo "No such image" >&2; exit 1; }; echo 'sha256:abc ["FROM_IMAGE=yes","PATH=/usr/bin:/bin"]' ;;
  pull) [ "$2" = there:1 ] || { echo "manifest unknown" >&2; exit 1; }; echo "Pull complete"; touch "${NOTES}.pulled" ;;
  run) [ -z "$REFUSES" ] || { echo "invalid reference" >&2; exit 125; }; echo $$ >"${NOTES}.run"; exec /bin/sh -c 'echo jarvis-container-ready; while read -r line; do :; done' ;;
  container) [ -z "$IS_GONE" ] || { echo "No such container" >&2; exit 1; }; echo true ;;
  kill) read -r first <"${NOTES}.run"; kill -9 "$first" ;;
  exec) while [ "$1" != -- ]; do shift; done; shift; exec /bin/sh -s -- "$@" ;;
esac
)";
  proc::TempDir folder_ = *proc::TempDir::make("/tmp", "container-test-");
  std::filesystem::path notes_ = folder_.path() / "notes";
  ContainerOptions options_;
  std::string output_;
};

TEST_F(Containers, a_program_inside_gets_its_variables_and_directory_by_no_list_that_others_see) {
  options_.variables.set("TOKEN", "it's s3cret\nand long");
  auto runtime = ContainerRuntime::start(options_);
  ASSERT_TRUE(runtime) << runtime.error().message();

  const HostCommand command = (*runtime)->wrap({.argv = {"/bin/sh", "-c", "echo \"$TOKEN|$FROM_IMAGE\"; pwd; cat"},
                                                .environment = (*runtime)->environment(),
                                                .directory = "/usr"});
  const auto ran = proc::run({.argv = command.argv, .environment = command.environment, .input = command.input});

  ASSERT_TRUE(ran);
  EXPECT_EQ(ran->out, "it's s3cret\nand long|yes\n/usr\n");
  EXPECT_THAT(notes(), Not(HasSubstr("s3cret")));
  EXPECT_FALSE(command.environment.get("TOKEN"));  // a task's variable must not steer the docker program
}

TEST_F(Containers, a_name_that_was_chosen_stays) {
  options_.plan.name = "train-1";
  options_.plan.labels = {"team=vision"};

  auto runtime = ContainerRuntime::start(options_);

  ASSERT_TRUE(runtime) << runtime.error().message();
  EXPECT_EQ((*runtime)->name(), "train-1");
  EXPECT_THAT(notes(), HasSubstr("<--name=train-1>"));
  EXPECT_THAT(notes(), HasSubstr("<--label=team=vision>"));
}

TEST_F(Containers, what_the_setup_script_exports_is_kept_and_its_failure_is_told) {
  options_.setup_script = "echo setting up\nexport ADDED=by-setup\n";
  auto runtime = ContainerRuntime::start(options_);
  ASSERT_TRUE(runtime) << runtime.error().message();
  EXPECT_EQ((*runtime)->environment().get("ADDED"), "by-setup");
  EXPECT_THAT(output_, HasSubstr("setting up"));

  options_.setup_script = "echo no such package >&2; exit 4";
  const auto failed = ContainerRuntime::start(options_);

  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message(), HasSubstr("exit code 4: no such package"));
}

TEST_F(Containers, a_missing_image_is_pulled_and_one_that_is_nowhere_is_named) {
  options_.plan.image = "there:1";
  EXPECT_TRUE(ContainerRuntime::start(options_));
  EXPECT_THAT(output_, HasSubstr("Pull complete"));

  options_.plan.image = "nowhere:1";
  std::filesystem::remove(notes_.string() + ".pulled");
  const auto missing = ContainerRuntime::start(options_);

  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::not_found);
  EXPECT_THAT(missing.error().message(), HasSubstr("'nowhere:1'"));
  EXPECT_THAT(missing.error().message(), HasSubstr("manifest unknown"));
}

TEST_F(Containers, what_the_engine_refuses_is_told_in_its_words) {
  options_.client.set("REFUSES", "1");

  const auto refused = ContainerRuntime::start(options_);

  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("invalid reference"));
}

TEST_F(Containers, without_the_engine_it_is_said_what_to_install) {
  options_.client.set("PATH", "/nowhere");

  const auto missing = ContainerRuntime::start(options_);

  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message(), HasSubstr("no 'docker' on this machine's PATH"));
}

TEST_F(Containers, an_end_by_a_signal_inside_is_an_end_by_a_signal) {
  auto runtime = ContainerRuntime::start(options_);
  ASSERT_TRUE(runtime);

  EXPECT_EQ((*runtime)->status_of({.code = 137}).signal, SIGKILL);
  EXPECT_EQ((*runtime)->status_of({.code = 3}).code, 3);
  EXPECT_EQ((*runtime)->why_gone({.signal = SIGKILL}), std::nullopt);
}

TEST_F(Containers, one_that_was_removed_is_gone_however_the_engine_says_it) {
  auto runtime = ContainerRuntime::start(options_);
  ASSERT_TRUE(runtime);
  (*runtime)->signal_all(SIGKILL);

  EXPECT_TRUE((*runtime)->why_gone({.signal = SIGKILL}));
  EXPECT_TRUE((*runtime)->why_gone({.code = 255}));
  EXPECT_TRUE((*runtime)->why_gone({.code = 125}));
  EXPECT_FALSE((*runtime)->why_gone({.code = 1}));
}

TEST_F(Containers, one_whose_engine_has_not_let_go_yet_is_asked_for) {
  options_.client.set("IS_GONE", "yes");
  auto runtime = ContainerRuntime::start(options_);
  ASSERT_TRUE(runtime);

  EXPECT_TRUE((*runtime)->why_gone({.signal = SIGKILL}));
}

TEST_F(Containers, it_is_killed_with_its_runtime) {
  {
    auto runtime = ContainerRuntime::start(options_);
  }

  EXPECT_THAT(notes(), HasSubstr("<kill><jarvis-"));
}

}  // namespace
}  // namespace jarvis::agent
