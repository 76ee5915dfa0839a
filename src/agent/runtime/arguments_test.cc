// What a task may ask of its container, and what only the machine's owner may.
#include "agent/runtime/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Arguments : public ::testing::Test {
 protected:
  Result<ContainerArguments> of_task(const std::vector<std::string>& words) {
    return task_arguments(words, policy_, host_);
  }
  std::string refusal(const std::vector<std::string>& words) {
    const auto read = of_task(words);
    return read ? "" : read.error().message();
  }

  ArgumentPolicy policy_{.allowed = {}, .forbidden = {"entrypoint"}};
  proc::Environment host_ = proc::Environment().set("SECRET", "s3cret").set("DATA", "/data");
};

TEST_F(Arguments, resources_of_the_container_itself_are_for_the_task_to_choose) {
  const auto read = of_task({"--shm-size", "8g", "-m", "4g", "--cpus=2", "--network=none", "--ipc", "private"});

  ASSERT_TRUE(read) << read.error().message();
  EXPECT_THAT(read->words, ElementsAre("--shm-size=8g", "--memory=4g", "--cpus=2", "--network=none", "--ipc=private"));
}

TEST_F(Arguments, variables_do_not_become_arguments) {
  const auto read = of_task({"-e", "TOKEN=abc", "--env=PLAIN=$SECRET", "-eX=1"});

  ASSERT_TRUE(read);
  EXPECT_THAT(read->words, IsEmpty());
  EXPECT_EQ(read->variables.get("TOKEN"), "abc");
  EXPECT_EQ(read->variables.get("PLAIN"), "$SECRET");  // the agent's variables are not the task's
  EXPECT_EQ(read->variables.get("X"), "1");
}

TEST_F(Arguments, what_reaches_beyond_the_container_is_refused_by_name) {
  const std::vector<std::vector<std::string>> hostile{{"--privileged"},
                                                      {"--privileged=true"},
                                                      {"-v", "/:/host"},
                                                      {"-v/:/host"},
                                                      {"--volume=/:/host"},
                                                      {"--mount", "type=bind,source=/,target=/host"},
                                                      {"--network", "host"},
                                                      {"--net=host"},
                                                      {"--pid", "host"},
                                                      {"--ipc=host"},
                                                      {"--cap-add", "SYS_ADMIN"},
                                                      {"--device", "/dev/sda"},
                                                      {"--security-opt=seccomp=unconfined"},
                                                      {"--env-file", "/root/jarvis.conf"},
                                                      {"--label-file=/etc/shadow"},
                                                      {"-u", "0"},
                                                      {"--gpus", "all"},
                                                      {"--entrypoint", "/bin/sh"},
                                                      {"--userns=host"},
                                                      {"-p", "22:22"},
                                                      {"--volumes-from", "x"},
                                                      {"--network=container:other"},
                                                      {"-it"},
                                                      {"--rm=false"},
                                                      {"--name", "x"}};
  for (const auto& words : hostile)
    EXPECT_FALSE(of_task(words)) << words[0];
  EXPECT_THAT(refusal({"-v", "/:/host"}), HasSubstr("'--volume /:/host'"));
  EXPECT_THAT(refusal({"-v", "/:/host"}), HasSubstr("agent.docker_args_filters"));
}

TEST_F(Arguments, a_word_that_would_become_the_image_is_refused) {
  EXPECT_THAT(refusal({"--cpus", "2", "evil:latest"}), HasSubstr("'evil:latest'"));
  EXPECT_THAT(refusal({"--", "evil"}), HasSubstr("no switch"));
  EXPECT_THAT(refusal({"--cpus"}), HasSubstr("lacks its value"));
}

TEST_F(Arguments, variables_of_the_agent_are_for_those_whom_the_owner_lets) {
  EXPECT_THAT(refusal({"-e", "SECRET"}), HasSubstr("docker_allow_host_environ"));

  policy_.reads_host_variables = true;

  const auto read = of_task({"-e", "SECRET", "-e", "PATHS=${DATA}/x:$DATA"});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->variables.get("SECRET"), "s3cret");
  EXPECT_EQ(read->variables.get("PATHS"), "/data/x:/data");
}

TEST_F(Arguments, the_owner_allows_more_by_expressions_of_long_or_short_names) {
  policy_.allowed = {"^--ipc$", "^-v$"};

  const auto read = of_task({"--ipc=host", "--volume", "/data:/data"});

  ASSERT_TRUE(read) << read.error().message();
  EXPECT_THAT(read->words, ElementsAre("--ipc=host", "--volume=/data:/data"));
  EXPECT_FALSE(of_task({"--privileged"}));
}

TEST_F(Arguments, what_the_owner_forbids_nobody_may) {
  policy_.allowed = {".*"};

  EXPECT_FALSE(of_task({"--entrypoint=/bin/sh"}));
  const auto owner = owner_arguments({"--entrypoint", "/bin/sh", "--privileged", "-e", "SECRET"}, policy_, host_);
  ASSERT_TRUE(owner);
  EXPECT_THAT(owner->words, ElementsAre("--privileged"));
  EXPECT_EQ(owner->variables.get("SECRET"), "s3cret");
  EXPECT_TRUE(owner->has("--privileged"));
  EXPECT_FALSE(owner->has("--priv"));
}

TEST_F(Arguments, ports_are_for_tasks_when_the_owner_gives_a_range_of_them) {
  EXPECT_FALSE(of_task({"-p", "80:80"}));

  policy_.may_publish = true;

  EXPECT_THAT(of_task({"-p", "80:80"})->words, ElementsAre("--publish=80:80"));
}

ContainerArguments of(std::vector<std::string> words, const std::string& variable) {
  return {.words = std::move(words), .variables = proc::Environment().set("X", variable)};
}

TEST_F(Arguments, of_both_sides_a_protected_one_is_the_owner_s_and_the_others_are_overridden_by_the_task) {
  const auto both = merged_arguments(of({"--network=none", "--cpus=2", "--ipc=private"}, "task"),
                                     of({"--network=lan", "--cpus=1"}, "owner"), {"network", "ipc"}, Precedence::owner);

  EXPECT_THAT(both.words, ElementsAre("--network=lan", "--cpus=1", "--cpus=2", "--ipc=private"));
  EXPECT_EQ(both.variables.get("X"), "task");
}

TEST_F(Arguments, of_both_sides_the_task_s_may_come_first_instead) {
  const auto both = merged_arguments(of({"--network=none", "--cpus=2"}, "task"),
                                     of({"--network=lan", "--cpus=1"}, "owner"), {"--network"}, Precedence::task);

  EXPECT_THAT(both.words, ElementsAre("--network=none", "--cpus=2", "--cpus=1"));
  EXPECT_EQ(both.variables.get("X"), "owner");
}

}  // namespace
}  // namespace jarvis::agent
