// The container that a task gets: its own, by a rule of the owner, or the default; the owner's lines in it; its name.
#include "agent/stages/container_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/stages/container_rules.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ContainerChoices : public ::testing::Test {
 protected:
  AgentSettings settings(const std::string& conf, proc::Environment environment = {}) {
    const auto file = folder_.path() / "jarvis.conf";
    EXPECT_TRUE(proc::write_file_durably(file, conf, 0600));
    auto read = load_settings(environment.set("HOME", folder_.path().string()), file.string());
    EXPECT_TRUE(read) << read.error().message();
    return *read;
  }
  ContainerChoice choose(const std::string& conf, const json::object& task, const ContainerRequest& request = {},
                         const proc::Environment& environment = {}) {
    auto choice = choose_container(settings(conf, environment), request, task, "Vision/detectors");
    EXPECT_TRUE(choice) << choice.error().message();
    return choice ? *choice : ContainerChoice();
  }

  proc::TempDir folder_ = *proc::TempDir::make("/tmp", "container-choice-");
  const std::string rules_ = R"(agent.default_docker {
    image: "plain:1", arguments: ["--ipc=host"]
    match_rules: [
      { image: "torch:1", arguments: "--shm-size 8g -e 'A=b c'", setup_shell_script: ["echo one", "echo two"],
        match { script { requirements { pip { torch: "~=2.1" } }, binary: "python3\\.\\d+$" } } }
      { image: "vision:1", update_back_task: true, match { project: "^Vision/", tags: ["^gpu$"] } }
      { image: "forced:1", force_container_rules: true, match { container: "^old" } }
      { image: "never:1" }
    ] })";
};

TEST_F(ContainerChoices, a_task_s_own_image_comes_before_the_flag_s_and_that_before_the_settings) {
  const json::object own{{"container", {{"image", "own:1"}, {"arguments", "--cpus 2"}, {"setup_shell_script", "x"}}}};

  const ContainerChoice choice = choose(rules_, own, {.image = "flag:1", .arguments = {"--init"}});

  EXPECT_EQ(choice.image, "own:1");
  EXPECT_THAT(choice.task_words, ElementsAre("--cpus", "2"));
  EXPECT_THAT(choice.owner_words, IsEmpty());
  EXPECT_EQ(choice.setup_script, "x");
  EXPECT_EQ(choose(rules_, {{"execution", {{"docker_cmd", "older:1 --cpus 2"}}}}).image, "older:1");

  EXPECT_EQ(choose(rules_, {}, {.image = "flag:1", .arguments = {"--init"}}).image, "flag:1");
  const ContainerChoice plain = choose(rules_, {});
  EXPECT_EQ(plain.image, "plain:1");
  EXPECT_THAT(plain.owner_words, ElementsAre("--ipc=host"));
}

TEST_F(ContainerChoices, the_default_image_may_be_a_variable_that_brings_its_arguments) {
  const ContainerChoice choice =
      choose("", {}, {}, proc::Environment().set("CLEARML_DOCKER_IMAGE", "cuda:12 --ipc=host"));

  EXPECT_EQ(choice.image, "cuda:12");
  EXPECT_THAT(choice.owner_words, ElementsAre("--ipc=host"));
}

TEST_F(ContainerChoices, the_first_rule_that_a_task_meets_gives_it_a_container) {
  const json::object torch{
      {"script", {{"binary", "/usr/bin/python3.11"}, {"requirements", {{"pip", "numpy\nTorch==2.2.0\n"}}}}}};

  const ContainerChoice choice = choose(rules_, torch);

  EXPECT_EQ(choice.image, "torch:1");
  EXPECT_THAT(choice.owner_words, ElementsAre("--shm-size", "8g", "-e", "A=b c"));
  EXPECT_EQ(choice.setup_script, "echo one\necho two\n");
  EXPECT_FALSE(choice.to_record);
  const json::object old_torch{{"script", {{"binary", "python3.11"}, {"requirements", {{"pip", "torch==2.0.1\n"}}}}}};
  EXPECT_EQ(choose(rules_, old_torch).image, "plain:1");
  EXPECT_EQ(choose(rules_, torch, {.image = "flag:1"}).image, "flag:1");
}

TEST_F(ContainerChoices, a_condition_that_is_a_list_is_met_when_each_is_found) {
  EXPECT_EQ(choose(rules_, {{"tags", {"a", "gpu"}}}).image, "vision:1");
  EXPECT_EQ(choose(rules_, {{"tags", {"gpus"}}}).image, "plain:1");
  EXPECT_TRUE(asks_for_project(settings(rules_).objects("agent.default_docker.match_rules")));
}

TEST_F(ContainerChoices, a_rule_counts_for_a_task_with_a_container_only_when_it_is_forced) {
  EXPECT_EQ(choose(rules_, {{"container", {{"image", "mine:1"}}}, {"tags", {"gpu"}}}).image, "mine:1");
  EXPECT_EQ(choose(rules_, {{"container", {{"image", "older:1"}}}}).image, "forced:1");
}

TEST_F(ContainerChoices, what_a_task_is_told_of_its_container_is_the_owner_s_when_it_runs_again) {
  json::object task{{"tags", {"gpu"}}};
  const ContainerChoice first = choose(rules_, task);
  ASSERT_TRUE(first.to_record);
  EXPECT_EQ(get_string_or(*first.to_record, "image", ""), "vision:1");

  const std::string conf =
      "agent.default_docker { image: \"plain:1\", arguments: \"--ipc=host\", update_back_task: true }";
  const ContainerChoice plain = choose(conf, {{"container", {{"arguments", "--cpus 2"}}}});
  ASSERT_TRUE(plain.to_record);
  const ContainerChoice again = choose(conf, {{"container", *plain.to_record}});

  EXPECT_THAT(again.owner_words, ElementsAre("--ipc=host"));
  EXPECT_THAT(again.task_words, ElementsAre("--cpus", "2"));
}

TEST_F(ContainerChoices, the_owner_may_let_a_task_choose_its_setup_script_only) {
  const ContainerChoice choice =
      choose("agent { disable_task_docker_override: true, default_docker.image: \"plain:1\" }",
             {{"container", {{"image", "own:1"}, {"arguments", "--cpus 2"}, {"setup_shell_script", "apt x"}}}});

  EXPECT_EQ(choice.image, "plain:1");
  EXPECT_THAT(choice.task_words, IsEmpty());
  EXPECT_EQ(choice.setup_script, "apt x");
}

TEST_F(ContainerChoices, the_owner_s_lines_come_in_their_order_and_their_failure_is_none) {
  const std::string script = owner_setup(
      settings(R"(agent { docker_preprocess_bash_script: ["echo first"], extra_docker_shell_script: ["echo last"],
                 docker_init_bash_script: ["which {python_single_digit}; for i in {{1..2}}; do :; done"],
                 docker_install_opencv_libs: true })"),
      proc::Environment().set("CLEARML_APT_INSTALL", "vim"));

  EXPECT_THAT(script, testing::MatchesRegex("echo first\nwhich python3; for i in \\{1..2\\}; do :; done\n"
                                            "CLEARML_APT_INSTALL=.*\n(.|\n)*echo last\n:\n"));
  EXPECT_THAT(script, HasSubstr("vim libsm6 libxext6 libxrender-dev libglib2.0-0"));
  EXPECT_EQ(owner_setup(settings(""), {}), "");
}

TEST_F(ContainerChoices, a_container_s_name_is_made_of_the_task_s_fields) {
  const std::string conf = R"(agent { docker_container_name_format: "NAME"
      docker_container_name_format_fields { kind: "script.binary", second: "tags.1" } })";
  const auto named = [&](const std::string& format) {
    std::string text = conf;
    text.replace(text.find("NAME"), 4, format);
    return container_name(settings(text), {{"id", "0f:1"}, {"tags", {"a", "b"}}, {"script", {{"binary", "python3"}}}},
                          "host:gpu0", "abcdefghijklmnop");
  };

  EXPECT_EQ(*named("id-{task_id}-{worker_id}-{rand_string:.8}-{kind}-{second}"),
            "id-0f-1-host-gpu0-abcdefgh-python3-b");
  EXPECT_EQ(*container_name(settings(""), {}, "w", "abc"), "");
  for (const char* wrong : {"{nothing}", "{task_id", "-{task_id}", "a b"})
    EXPECT_FALSE(named(wrong)) << wrong;
}

}  // namespace
}  // namespace jarvis::agent
