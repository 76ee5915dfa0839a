#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <sstream>
#include <thread>

#include "proc/control_group.h"
#include "proc/files.h"
#include "proc/run.h"

namespace jarvis::proc {
namespace {

using namespace std::chrono_literals;

Result<RunResult> shell(const std::string& script, std::chrono::milliseconds timeout = 20s, std::stop_token stop = {}) {
  return run({.argv = {"sh", "-c", script}, .environment = Environment::inherited(), .timeout = timeout}, stop);
}

TEST(Run, takes_both_streams_and_the_exit_code) {
  const auto result = shell("echo out; echo err >&2; exit 3");

  ASSERT_TRUE(result);
  EXPECT_EQ(result->out, "out\n");
  EXPECT_EQ(result->last_line(), "err");
  EXPECT_EQ(result->status.to_text(), "exit code 3");
}

TEST(Run, passes_input_larger_than_a_pipe) {
  const std::string input(1 << 20, 'x');

  const auto result = run({.argv = {"wc", "-c"}, .environment = Environment::inherited(), .input = input});

  ASSERT_TRUE(result);
  EXPECT_EQ(std::stoi(result->out), 1 << 20);
}

TEST(Run, names_the_signal_that_killed) {
  const auto result = shell("kill -9 $$");

  ASSERT_TRUE(result);
  EXPECT_EQ(result->status.signal, SIGKILL);
}

TEST(Run, ends_the_whole_tree_at_the_time_out) {
  const auto result = shell("sleep 1000 & sleep 1000", 50ms);

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::timeout);
}

TEST(ControlGroups, one_write_ends_whoever_left_parent_and_session_behind) {
  auto group = ControlGroup::make(ControlGroup::name_for(::getpid(), 1));
  if (!group) GTEST_SKIP() << group.error().message();
  EXPECT_FALSE(ControlGroup::make(ControlGroup::name_for(::getpid(), 1))) << "the name is taken";
  int in[2], out[2];
  ASSERT_EQ(::pipe2(in, O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(out, O_CLOEXEC), 0);
  UniqueFd go(in[1]), stdin_end(in[0]), told(out[0]), stdout_end(out[1]);
  auto child =
      spawn({.argv = {"sh", "-c", "read go; setsid sh -c 'setsid sleep 600 & echo $! $$; exec sleep 600' & wait"},
             .environment = Environment::inherited(),
             .stdin_fd = stdin_end.get(),
             .stdout_fd = stdout_end.get()})
          .value();
  ASSERT_TRUE(group->add(child.pid()));
  ASSERT_EQ(::write(go.get(), "go\n", 3), 3);
  char text[64] = {};
  ASSERT_GT(::read(told.get(), text, sizeof text - 1), 0);
  std::istringstream pids(text);
  pid_t far = 0, farther = 0;
  pids >> farther >> far;
  ASSERT_TRUE(start_time_of(far) && start_time_of(farther));

  group->kill();

  EXPECT_EQ(child.wait().value().signal, SIGKILL);
  group = not_found("destroyed");
  EXPECT_FALSE(start_time_of(far) || start_time_of(farther));
  EXPECT_FALSE(ControlGroup::find(ControlGroup::name_for(::getpid(), 1)));
}

TEST(Run, does_not_wait_for_a_grandchild_that_keeps_the_pipe) {
  const auto result = shell("sleep 1000 & echo $!");

  ASSERT_TRUE(result);
  ::kill(std::stoi(result->out), SIGKILL);
}

TEST(Run, is_cancelled_by_its_stop_token) {
  std::stop_source stop;
  stop.request_stop();

  const auto result = shell("sleep 1000", 20s, stop.get_token());

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::cancelled);
}

TEST(Spawn, says_which_program_is_missing) {
  const auto child = spawn({.argv = {"no-such-program"}, .environment = Environment::inherited()});

  ASSERT_FALSE(child);
  EXPECT_THAT(child.error().message(), testing::HasSubstr("no-such-program"));
}

TEST(Child, terminate_kills_what_ignores_sigterm_and_its_children) {
  auto child = spawn(
      {.argv = {"sh", "-c", "trap '' TERM; sleep 1000 & wait; sleep 1000"}, .environment = Environment::inherited()});
  ASSERT_TRUE(child);
  const pid_t pid = child->pid();

  const auto status = child->terminate(50ms);

  ASSERT_TRUE(status);
  EXPECT_NE(status->signal, 0);
  EXPECT_FALSE(start_time_of(pid).has_value());
  EXPECT_TRUE(descendants(pid).empty());
}

TEST(Child, is_named_for_good_by_pid_and_start_time) {
  EXPECT_TRUE(start_time_of(::getpid()).has_value());
  EXPECT_EQ(start_time_of(::getpid()), start_time_of(::getpid()));
  EXPECT_FALSE(start_time_of(999'999'999).has_value());
}

TEST(Files, a_written_file_reads_back_with_its_mode) {
  const auto dir = TempDir::make("/tmp", "jarvis-test-");
  ASSERT_TRUE(dir);
  const fs::path path = dir->path() / "a" / "b";
  ASSERT_TRUE(make_directories(path.parent_path()));

  ASSERT_TRUE(write_file_durably(path, "first"));
  ASSERT_TRUE(write_file_durably(path, "second"));

  EXPECT_EQ(read_file(path).value(), "second");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(Files, a_temporary_directory_goes_with_its_owner) {
  fs::path path;
  {
    const auto dir = TempDir::make("/tmp", "jarvis-test-");
    path = dir->path();
    ASSERT_TRUE(fs::exists(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(LockFile, is_held_by_one_at_a_time) {
  const auto dir = TempDir::make("/tmp", "jarvis-test-");
  auto first = LockFile::try_acquire(dir->path() / "lock");
  ASSERT_TRUE(first && *first);

  EXPECT_FALSE(LockFile::try_acquire(dir->path() / "lock")->has_value());
  first->reset();
  EXPECT_TRUE(LockFile::try_acquire(dir->path() / "lock")->has_value());
}

TEST(LockFile, who_waits_for_it_can_be_stopped) {
  const auto dir = TempDir::make("/tmp", "jarvis-test-");
  ASSERT_TRUE(dir);
  const auto held = LockFile::try_acquire(dir->path() / "lock");
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });

  const auto waited = LockFile::acquire(dir->path() / "lock", stop.get_token());

  stopper.join();
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().code(), ErrorCode::cancelled);
}

TEST(Environment, finds_programs_on_its_own_path_only) {
  Environment environment;
  environment.set("PATH", "/nowhere");

  EXPECT_FALSE(find_executable(environment, "sh"));
  environment.prepend_path("PATH", "/bin");
  EXPECT_EQ(find_executable(environment, "sh"), "/bin/sh");
}

}  // namespace
}  // namespace jarvis::proc
