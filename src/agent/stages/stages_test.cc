// The script's command line, and a real process's life and end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include "agent/stages/command.h"
#include "agent/stages/user_process.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Command, a_file_a_module_and_a_shell_script) {
  EXPECT_THAT(*script_command({{"entry_point", "train.py"}}, "/e/python"), ElementsAre("/e/python", "-u", "train.py"));
  EXPECT_THAT(*script_command({{"entry_point", "-m pkg.train --name 'a b'"}}, "/e/python"),
              ElementsAre("/e/python", "-u", "-m", "pkg.train", "--name", "a b"));
  EXPECT_THAT(*script_command({{"entry_point", "run.sh"}, {"binary", "python3.11"}}, "/e/python"),
              ElementsAre("/bin/bash", "run.sh"));
}

TEST(Command, no_entry_point_and_an_open_quote_are_refused) {
  EXPECT_FALSE(script_command({}, "python"));
  EXPECT_FALSE(script_command({{"entry_point", "a 'b"}}, "python"));
}

TEST(Command, another_script_of_the_code_can_be_forced) {
  const json::object recorded{{"entry_point", "train.py"}, {"working_dir", "src"}, {"binary", "python3"}};

  EXPECT_EQ(forced_script(recorded, ""), recorded);
  EXPECT_EQ(forced_script(recorded, "tools:eval.py --all").at("working_dir"), "tools");
  EXPECT_EQ(forced_script(recorded, "tools:eval.py --all").at("entry_point"), "eval.py --all");
  EXPECT_EQ(forced_script(recorded, "eval.py").at("working_dir"), ".");
}

TEST(Command, task_init_is_called_first_but_for_what_has_to_come_before) {
  const std::string call = "from clearml import Task\n(__name__ != \"__main__\") or Task.init()\n";

  EXPECT_EQ(with_task_init("import os\n"), call + "import os\n");
  EXPECT_EQ(with_task_init("from __future__ import annotations\nimport os\n"),
            "from __future__ import annotations\n" + call + "import os\n");
  EXPECT_EQ(with_task_init("from __future__ import (\n  annotations,\n  division)\nx = 1"),
            "from __future__ import (\n  annotations,\n  division)\n" + call + "x = 1");
  EXPECT_EQ(with_task_init("# no from __future__ here\nx = 1\n"), call + "# no from __future__ here\nx = 1\n");
  EXPECT_EQ(with_task_init("from __future__ import annotations"), "from __future__ import annotations\n" + call);
  EXPECT_EQ(with_task_init(call + "x = 1\n"), call + "x = 1\n");
}

class UserProcesses : public ::testing::Test {
 protected:
  Result<UserProcessEnd> run(const std::string& shell, std::chrono::milliseconds grace = std::chrono::seconds(10)) {
    return run_user_process({.argv = {"/bin/sh", "-c", shell},
                             .environment = proc::Environment().set("PATH", "/usr/bin:/bin"),
                             .has_group = has_group_,
                             .grace = grace,
                             .time_max = time_max_,
                             .at_stop = at_stop_,
                             .output =
                                 [this](std::string_view text) {
                                   output_ += text;
                                   if (output_.find("up") != std::string::npos && stops_at_up_) stop_.request_stop();
                                   if (output_.find("saving") != std::string::npos) hurry_.request_stop();
                                 },
                             .hurry = hurry_.get_token(),
                             .has_room = has_room_,
                             .on_started = [](pid_t) {}},
                            clock_, stop_.get_token());
  }
  SystemClock clock_;
  std::stop_source stop_;
  std::stop_source hurry_;
  bool stops_at_up_ = false;
  bool has_group_ = true;
  std::optional<std::chrono::milliseconds> time_max_;
  std::function<bool()> has_room_;
  std::optional<StopCommand> at_stop_;
  std::string output_;
};

TEST_F(UserProcesses, both_streams_and_the_exit_code_arrive) {
  const auto end = run("echo out; echo err >&2; exit 3");

  ASSERT_TRUE(end);
  EXPECT_EQ(end->status.code, 3);
  EXPECT_THAT(output_, HasSubstr("out\n"));
  EXPECT_THAT(output_, HasSubstr("err\n"));
}

TEST_F(UserProcesses, what_is_printed_in_the_grace_is_kept) {
  stops_at_up_ = true;

  const auto end = run("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done");

  ASSERT_TRUE(end);
  EXPECT_THAT(output_, HasSubstr("bye"));
}

TEST_F(UserProcesses, a_command_for_its_stop_runs_before_the_script_hears_of_it) {
  stops_at_up_ = true;
  at_stop_ =
      StopCommand{.argv = {"/bin/sh", "-c", "sleep 0.3; echo saved"}, .environment = {}, .directory = "/", .input = {}};

  const auto end = run("trap 'echo told; exit 0' TERM; echo up; while :; do sleep 0.05; done");

  ASSERT_TRUE(end);
  ASSERT_THAT(output_, HasSubstr("told"));
  EXPECT_LT(output_.find("saved"), output_.find("told"));
}

TEST_F(UserProcesses, a_command_for_its_stop_that_takes_too_long_is_ended) {
  stops_at_up_ = true;
  at_stop_ = StopCommand{.argv = {"/bin/sh", "-c", "sleep 300"},
                         .environment = {},
                         .directory = "/",
                         .input = {},
                         .time_max = std::chrono::milliseconds(200)};

  const auto end = run("trap 'echo told; exit 0' TERM; echo up; while :; do sleep 0.05; done");

  ASSERT_TRUE(end);
  EXPECT_THAT(output_, HasSubstr("told"));
  EXPECT_THAT(output_, HasSubstr("the command before the abort: took too long"));
}

TEST_F(UserProcesses, a_command_for_its_stop_that_fails_says_so_and_holds_nothing_up) {
  for (const auto& [command, said] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"/no/such"}, "/no/such"}, {{"/bin/sh", "-c", "exit 3"}, "ended with exit code 3"}}) {
    stops_at_up_ = true;
    stop_ = std::stop_source();
    output_.clear();
    at_stop_ = StopCommand{.argv = command, .environment = {}, .directory = "/", .input = {}};

    const auto end = run("trap 'echo told; exit 0' TERM; echo up; while :; do sleep 0.05; done");

    ASSERT_TRUE(end);
    EXPECT_THAT(output_, HasSubstr("the command before the abort: "));
    EXPECT_THAT(output_, HasSubstr(said));
    EXPECT_THAT(output_, HasSubstr("told"));
  }
}

TEST_F(UserProcesses, of_a_crowd_that_ignores_sigterm_and_breeds_nobody_is_left) {
  ASSERT_TRUE(proc::become_subreaper());
  stops_at_up_ = true;

  const auto end =
      run("trap '' TERM; breed() { setsid /bin/sh -c 'trap \"\" TERM; sleep 300' & [ $1 -gt 0 ] && breed $(($1 - 1)) & "
          "sleep 0.01; }; echo up; i=0; while :; do breed 3; i=$((i + 1)); [ $i -lt 50 ] || sleep 1; done",
          std::chrono::milliseconds(300));

  ASSERT_TRUE(end);
  EXPECT_EQ(end->status.signal, SIGKILL);
  EXPECT_THAT(proc::descendants(::getpid()), ::testing::IsEmpty());
}

/// Each doubles, and leaves its parent and session behind: 200 and more within a moment, and none is below the script.
constexpr const char* kForkBomb = R"(exec python3 -c "
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
def away():
    if os.fork():
        os.wait()
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    if os.fork() == 0:
        os.setsid()
    for _ in range(30):
        time.sleep(0.2)
        if os.fork() == 0:
            os.setsid()
            time.sleep(300)
    time.sleep(300)
    os._exit(0)
for _ in range(60):
    away()
print('up', flush=True)
while True:
    time.sleep(0.05)
    away()
")";

TEST_F(UserProcesses, of_a_fork_bomb_nobody_is_left_with_a_control_group_and_without) {
  ASSERT_TRUE(proc::become_subreaper());
  stops_at_up_ = true;
  for (const bool has_group : {true, false}) {
    has_group_ = has_group;
    stop_ = std::stop_source();
    output_.clear();

    const auto end = run(kForkBomb, std::chrono::milliseconds(300));

    ASSERT_TRUE(end);
    EXPECT_EQ(end->status.signal, SIGKILL);
    EXPECT_THAT(proc::descendants(::getpid()), ::testing::IsEmpty());
  }
}

TEST_F(UserProcesses, who_left_parent_and_session_is_asked_once_and_has_the_grace_too) {
  ASSERT_TRUE(proc::become_subreaper());
  stops_at_up_ = true;

  const auto folder = proc::TempDir::make("/tmp", "grace-").value();
  const std::string saver = "trap 'echo $0 asked; sleep 0.3; echo $0 saved; exit' TERM; touch " +
                            folder.path().string() + "/$0; while :; do sleep 0.05; done";

  // Each is still at work when the script has ended.
  const auto end =
      run("saver=$(cat <<'END'\n" + saver + "\nEND\n); (setsid sh -c \"$saver\" away &); sh -c \"$saver\" below & cd " +
          folder.path().string() +
          "; until [ -e away ] && [ -e below ]; do sleep 0.05; done; trap 'echo bye; exit 0' TERM; echo up; "
          "while :; do sleep 0.05; done");

  ASSERT_TRUE(end);
  for (const char* text : {"bye", "away saved", "below saved"})
    EXPECT_THAT(output_, HasSubstr(text));
  for (const char* text : {"away asked", "below asked"})
    EXPECT_EQ(output_.find(text), output_.rfind(text)) << output_;
  EXPECT_THAT(proc::descendants(::getpid()), ::testing::IsEmpty());
}

TEST_F(UserProcesses, who_ignores_sigterm_is_killed_after_the_grace) {
  stops_at_up_ = true;

  const auto end = run("trap '' TERM; echo up; while :; do sleep 0.05; done", std::chrono::milliseconds(200));

  ASSERT_TRUE(end);
  EXPECT_EQ(end->status.signal, SIGKILL);
}

TEST_F(UserProcesses, nobody_has_a_grace_where_who_stopped_it_insists) {
  stops_at_up_ = true;

  const auto end = run("trap 'echo saving' TERM; echo up; while :; do sleep 0.05; done", std::chrono::hours(1));

  ASSERT_TRUE(end);
  EXPECT_EQ(end->status.signal, SIGKILL);
}

TEST_F(UserProcesses, a_command_for_its_stop_is_ended_where_who_stopped_it_insists) {
  stops_at_up_ = true;
  at_stop_ = StopCommand{.argv = {"/bin/sh", "-c", "echo saving; sleep 300"},
                         .environment = proc::Environment().set("PATH", "/usr/bin:/bin"),
                         .directory = "/",
                         .input = {},
                         .time_max = std::chrono::hours(1)};

  const auto end = run("trap '' TERM; echo up; while :; do sleep 0.05; done", std::chrono::hours(1));

  ASSERT_TRUE(end);
  EXPECT_EQ(end->status.signal, SIGKILL);
  EXPECT_THAT(output_, HasSubstr("nobody waits for it any more"));
}

TEST_F(UserProcesses, a_grandchild_that_holds_the_pipe_does_not_hold_the_job) {
  const auto begin = clock_.steady();

  const auto end = run("setsid sleep 30 & echo done");

  ASSERT_TRUE(end);
  EXPECT_TRUE(end->status.is_success());
  EXPECT_LT(clock_.steady() - begin, std::chrono::seconds(25));
}

TEST_F(UserProcesses, what_is_in_the_pipe_at_the_end_is_read_however_long_it_takes) {
  FakeClock slow;
  std::size_t came = 0;

  const auto end = run_user_process({.argv = {"/bin/sh", "-c", "head -c 900000 /dev/zero"},
                                     .environment = proc::Environment().set("PATH", "/usr/bin:/bin"),
                                     .output =
                                         [&](std::string_view text) {
                                           came += text.size();
                                           slow.advance(std::chrono::seconds(1));
                                         },
                                     .on_started = [](pid_t) {}},
                                    slow, {});

  ASSERT_TRUE(end);
  EXPECT_EQ(came, 900'000);
}

TEST_F(UserProcesses, who_takes_too_long_is_ended) {
  time_max_ = std::chrono::milliseconds(200);

  const auto end = run("trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done");

  ASSERT_TRUE(end);
  EXPECT_TRUE(end->is_over_time);
  EXPECT_THAT(output_, HasSubstr("bye"));
}

TEST_F(UserProcesses, nothing_is_read_while_there_is_no_room_for_it) {
  int asked = 0;
  has_room_ = [&] {
    EXPECT_TRUE(asked > 3 || output_.empty());
    return ++asked > 3;
  };

  const auto end = run("echo out; sleep 1");

  ASSERT_TRUE(end);
  EXPECT_EQ(output_, "out\n");
}

TEST_F(UserProcesses, a_program_that_does_not_exist_is_an_error) {
  EXPECT_FALSE(run_user_process({.argv = {"/no/such"}, .output = [](std::string_view) {}, .on_started = [](pid_t) {}},
                                clock_, {}));
}

}  // namespace
}  // namespace jarvis::agent
