// Which daemon a command line with --stop means.
#include "agent/cli/stop_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The flags of a command line, as the program reads them.
DaemonFlags flags_of(std::vector<std::string> words) {
  CLI::App app;
  DaemonFlags flags;
  SettingFlags settings;
  add_daemon(app, flags, settings);
  words.insert(words.begin(), "daemon");
  std::ranges::reverse(words);
  app.parse(words);
  return flags;
}

DaemonEntry daemon(const std::string& worker, std::vector<std::string> words, const std::string& gpus = "") {
  return {.worker = worker,
          .process = {1, 1},
          .log_file = "",
          .arguments = flags_of(std::move(words)).to_arguments(),
          .gpus = gpus};
}

std::vector<std::string> meant(std::vector<std::string> words, const std::vector<DaemonEntry>& daemons,
                               const std::string& gpus = "") {
  const auto found = meant_by(flags_of(std::move(words)), gpus, "", daemons);
  if (!found) return {"error: " + found.error().message()};
  std::vector<std::string> out;
  for (const DaemonEntry& one : *found)
    out.push_back(one.worker);
  return out;
}

const std::vector<std::string> kImage{"--docker", "nvidia/cuda:10.1-cudnn7-runtime-ubuntu18.04"};

std::vector<std::string> with_image(std::vector<std::string> words) {
  words.insert(words.end(), kImage.begin(), kImage.end());
  return words;
}

TEST(Stop, the_same_command_line_means_the_daemon_that_it_started) {
  const std::vector<DaemonEntry> daemons{
      daemon("host:gpu0", with_image({"--detached", "--gpus", "0", "--queue", "default"}), "0"),
      daemon("host:gpu1", with_image({"--detached", "--gpus", "1", "--queue", "default"}), "1"),
      daemon("host:0", {"--queue", "urgent", "default"})};

  auto words = with_image({"--detached", "--gpus", "1", "--queue", "default"});
  words.emplace_back("--stop");
  EXPECT_THAT(meant(words, daemons, "1"), ElementsAre("host:gpu1"));
  EXPECT_THAT(meant({"--queue", "urgent", "default", "--stop"}, daemons), ElementsAre("host:0"));
  EXPECT_THAT(meant({"--queue", "default", "urgent", "--stop"}, daemons).front(), HasSubstr("running here"));
}

TEST(Stop, flags_that_tell_no_daemons_apart_may_be_left_out) {
  const std::vector<DaemonEntry> daemons{daemon("a", {"--queue", "q", "--create-queue", "--order-fairness"}),
                                         daemon("b", {"--queue", "r"})};

  EXPECT_THAT(meant({"--queue", "q", "--stop"}, daemons), ElementsAre("a"));
}

TEST(Stop, of_several_with_the_same_command_line_one_is_meant) {
  const std::vector<DaemonEntry> daemons{daemon("host:0", {"--queue", "q"}), daemon("host:1", {"--queue", "q"})};

  EXPECT_THAT(meant({"--queue", "q", "--stop"}, daemons), ElementsAre("host:0"));
}

TEST(Stop, worker_ids_mean_those_daemons_and_all_means_all) {
  const std::vector<DaemonEntry> daemons{daemon("a", {"--queue", "q"}), daemon("b", {"--queue", "q"})};

  EXPECT_THAT(meant({"--stop", "b"}, daemons), ElementsAre("b"));
  EXPECT_THAT(meant({"--stop", "all"}, daemons), ElementsAre("a", "b"));
  EXPECT_THAT(meant({"--stop", "c"}, daemons).front(), HasSubstr("no daemon 'c'"));
}

TEST(Stop, alone_it_means_the_only_daemon_and_never_guesses_among_several) {
  EXPECT_THAT(meant({"--stop"}, {daemon("a", {"--queue", "q"})}), ElementsAre("a"));
  EXPECT_THAT(meant({"--stop"}, {}).front(), HasSubstr("no daemon runs here"));
  const std::vector<DaemonEntry> two{daemon("a", {"--queue", "q"}), daemon("b", {"--queue", "r"})};
  EXPECT_THAT(meant({"--stop"}, two).front(), HasSubstr("--stop all"));
  EXPECT_THAT(meant({"--stop"}, {daemon("a", {}), daemon("b", {"--queue", "r"})}), ElementsAre("a"));
}

TEST(DaemonFlags, what_is_given_on_reads_back_as_the_same) {
  const DaemonFlags flags =
      flags_of({"--queue", "dual=2", "single=1", "--dynamic-gpus", "--gpus", "0-3", "--uptime", "9-17 MON-FRI",
                "--child-report-tags", "a", "b", "--order-fairness", "--create-queue", "--docker", "image:1", "-d"});

  const DaemonFlags again = flags_of(flags.to_arguments());

  EXPECT_EQ(again.to_arguments(), flags.to_arguments());
  EXPECT_TRUE(again.is_dynamic && again.is_fair && again.creates_queues && !again.is_detached);
  EXPECT_EQ(asked_queues(again)->at(0).shape->min, 2000);
}

TEST(DaemonFlags, services_mode_takes_a_limit_or_none) {
  EXPECT_EQ(flags_of({"--services-mode", "--detached"}).services_max, 0U);
  EXPECT_TRUE(flags_of({"--services-mode", "--detached"}).is_services);
  EXPECT_EQ(flags_of({"--services-mode", "12", "--queue", "q"}).services_max, 12U);
  EXPECT_THROW(flags_of({"--services-mode", "0"}), CLI::ValidationError);
  EXPECT_THROW(flags_of({"--use-owner-token"}), CLI::ValidationError);
}

TEST(AskedQueues, with_dynamic_gpus_say_what_a_task_needs) {
  EXPECT_EQ(asked_queues(flags_of({"--dynamic-gpus", "--queue", "a=b=0.5"}))->front().name, "a=b");
  EXPECT_FALSE(asked_queues(flags_of({"--dynamic-gpus", "--queue", "a"})));
  EXPECT_FALSE(asked_queues(flags_of({"--dynamic-gpus"})));
  EXPECT_EQ(asked_queues(flags_of({"--queue", "a=2"}))->front().name, "a=2");
}

}  // namespace
}  // namespace jarvis::agent
