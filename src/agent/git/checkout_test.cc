#include "agent/git/checkout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proc/files.h"
#include "proc/run.h"

namespace jarvis::agent {
namespace {

using testing::HasSubstr;

class CheckoutTest : public testing::Test {
 protected:
  CheckoutTest() {
    options_.cache_dir = dir_.path() / "cache";
    options_.environment = proc::Environment::inherited();
    options_.environment.set("HOME", dir_.path().string());
    shell(
        "git init -q -b main repo && cd repo && git config user.email a@b && git config user.name a && echo one > file "
        "&& git add . && git commit -qm 1");
    source_.repository = (dir_.path() / "repo").string();
  }
  std::string shell(const std::string& script) {
    const auto result = proc::run(
        {.argv = {"sh", "-ec", script}, .environment = options_.environment, .directory = dir_.path().string()});
    EXPECT_TRUE(result && result->is_success()) << script << (result ? result->err : "");
    std::string out = result->out;
    while (out.ends_with('\n'))
      out.pop_back();
    return out;
  }
  std::string head() { return shell("git -C repo rev-parse HEAD"); }
  Result<Checkout> check() { return check_out(source_, dir_.path() / ("work" + std::to_string(++count_)), options_); }
  std::string file(const Checkout& checkout) { return proc::read_file(checkout.directory / "file").value(); }

  proc::TempDir dir_ = proc::TempDir::make("/tmp", "jarvis-git-").value();
  GitOptions options_;
  GitSource source_;
  int count_ = 0;
};

TEST_F(CheckoutTest, takes_commit_tag_branch_or_the_latest) {
  const std::string first = head();
  shell(
      "cd repo && git tag v1 && echo two > file && git commit -qam 2 && git branch side && echo three > file && git "
      "commit -qam 3");

  EXPECT_EQ(file(check().value()), "three\n");
  source_.branch = "side";
  EXPECT_EQ(file(check().value()), "two\n");
  source_.tag = "v1";
  EXPECT_EQ(file(check().value()), "one\n");
  source_.commit = head();
  EXPECT_EQ(check()->commit, head());
}

TEST_F(CheckoutTest, fetches_a_commit_that_came_later_and_works_offline_for_one_it_has) {
  ASSERT_TRUE(check());
  shell("cd repo && echo two > file && git commit -qam 2");
  source_.commit = head();
  EXPECT_EQ(file(check().value()), "two\n");

  shell("mv repo away");
  EXPECT_EQ(file(check().value()), "two\n");
}

TEST_F(CheckoutTest, a_branch_in_the_place_of_the_commit_is_its_latest_each_time) {
  source_.commit = "main";
  EXPECT_EQ(file(check().value()), "one\n");

  shell("cd repo && echo two > file && git commit -qam 2");

  EXPECT_EQ(file(check().value()), "two\n");
  source_.commit = head().substr(0, 8);
  EXPECT_EQ(check()->commit, head());
}

TEST_F(CheckoutTest, applies_the_recorded_changes_new_files_too) {
  shell("cd repo && echo changed > file && echo new > other && git add -N other");
  source_.diff = shell("git -C repo diff HEAD");

  const auto checkout = check();

  ASSERT_TRUE(checkout) << checkout.error().message();
  EXPECT_EQ(file(*checkout), "changed\n");
  EXPECT_EQ(proc::read_file(checkout->directory / "other").value(), "new\n");
}

TEST_F(CheckoutTest, applies_diffs_of_every_kind) {
  shell(
      "cd repo && printf 'a\\r\\nb\\r\\n' > dos && head -c 300 /dev/urandom > blob && mkdir d && seq 50 > d/old && git "
      "add . "
      "&& git commit -qm 2");
  const std::string base = head();
  const struct {
    const char* change;
    const char* diff;
    const char* check;
  } kinds[] = {
      {"echo staged > file && git add file", "git diff HEAD", "grep staged file"},
      {"printf 'a\\r\\nc\\r\\n' > dos", "git diff HEAD", "grep c dos"},
      {"head -c 300 /dev/urandom > blob && cp blob ../wanted", "git diff --binary HEAD", "cmp blob ../wanted"},
      {"git mv d/old d/new", "git diff -M HEAD", "test ! -e d/old && test -e d/new"},
      {"echo 51 >> d/old", "git -c diff.noprefix=true diff HEAD", "grep 51 d/old"},
      {"echo 52 >> d/old", "git -c diff.mnemonicPrefix=true diff HEAD", "grep 52 d/old"},
      {"chmod +x d/old", "git diff HEAD", "test -x d/old"},
      {"git rm -q file", "git diff HEAD", "test ! -e file"},
  };
  for (const auto& kind : kinds) {
    shell(std::string("cd repo && ") + kind.change);
    // Not through shell(): it takes line ends away.
    source_.diff = proc::run({.argv = {"sh", "-ec", kind.diff},
                              .environment = options_.environment,
                              .directory = (dir_.path() / "repo").string()})
                       ->out;
    source_.commit = base;

    const auto checkout = check();

    ASSERT_TRUE(checkout) << kind.diff << checkout.error().message();
    shell("cd " + checkout->directory.string() + " && " + kind.check);
    shell("cd repo && git reset -q --hard && git clean -qfd");
  }
}

TEST_F(CheckoutTest, a_diff_that_does_not_apply_names_the_file) {
  source_.diff = "diff --git a/file b/file\n--- a/file\n+++ b/file\n@@ -1 +1 @@\n-something else\n+x\n";

  const auto checkout = check();

  ASSERT_FALSE(checkout);
  EXPECT_EQ(checkout.error().code(), ErrorCode::conflict);
  EXPECT_THAT(checkout.error().message(), HasSubstr("file"));
}

TEST_F(CheckoutTest, a_diff_that_does_not_apply_leaves_no_worktree) {
  source_.diff = "diff --git a/file b/file\n--- a/file\n+++ b/file\n@@ -1 +1 @@\n-something else\n+x\n";

  ASSERT_FALSE(check());

  EXPECT_FALSE(std::filesystem::exists(dir_.path() / "work1"));
  EXPECT_EQ(shell("git -C cache/*.git worktree list | wc -l"), "1");
}

TEST_F(CheckoutTest, writes_the_source_of_a_notebook_that_was_recorded_in_the_place_of_a_diff) {
  source_.diff = "import os\nprint('notebook')\n";
  source_.script_file = "lab/notebook.py";

  const auto checkout = check();

  ASSERT_TRUE(checkout) << checkout.error().message();
  EXPECT_EQ(proc::read_file(checkout->directory / "lab" / "notebook.py").value(), source_.diff);

  source_.script_file = "../../notebook.py";
  EXPECT_EQ(check().error().code(), ErrorCode::invalid_argument);
  shell("mkdir away && cd repo && ln -s " + (dir_.path() / "away").string() +
        " lab && git add lab && git commit -qm link");
  source_.commit = head();
  source_.script_file = "lab/notebook.py";
  EXPECT_EQ(check().error().code(), ErrorCode::invalid_argument);
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path() / "away"));
}

TEST_F(CheckoutTest, finds_a_commit_that_no_branch_holds_any_more) {
  shell("git -C repo config uploadpack.allowAnySHA1InWant true");
  ASSERT_TRUE(check());
  shell("cd repo && echo two > file && git commit -qam 2");
  source_.commit = head();
  shell("cd repo && git reset -q --hard HEAD~1");

  const auto checkout = check();

  ASSERT_TRUE(checkout) << checkout.error().message();
  EXPECT_EQ(file(*checkout), "two\n");
}

TEST_F(CheckoutTest, a_password_in_the_address_is_in_no_message_and_no_file) {
  source_ = {.repository = "https://ann:hunter22@127.0.0.1:1/x.git"};

  const auto checkout = check();

  ASSERT_FALSE(checkout);
  EXPECT_THAT(checkout.error().message(), testing::Not(HasSubstr("hunter22")));
  EXPECT_EQ(shell("grep -rl hunter22 cache || true"), "");
}

TEST_F(CheckoutTest, only_the_named_host_gets_the_password) {
  options_.access.credentials = {{"ann", "hunter22", "git.example.org"}};
  // The hook of a checkout runs git with the very environment that fetches.
  shell("mkdir hooks && git -C repo config core.hooksPath x && git config --global core.hooksPath $PWD/hooks");
  shell(
      "printf '#!/bin/sh\\nfor host in git.example.org evil.example.org; do\\n  printf "
      "\"protocol=https\\\\nhost=%%s\\\\n\\\\n\" "
      "$host | git credential fill > '$PWD'/asked.$host 2>&1\\ndone\\nexit 0\\n' > hooks/post-checkout && chmod +x "
      "hooks/post-checkout");

  ASSERT_TRUE(check());

  EXPECT_THAT(shell("cat asked.git.example.org"), HasSubstr("password=hunter22"));
  EXPECT_THAT(shell("cat asked.evil.example.org"), testing::Not(HasSubstr("hunter22")));
}

TEST_F(CheckoutTest, waiting_for_another_agents_fetch_can_be_stopped) {
  ASSERT_TRUE(check());
  const std::string mirror = shell("ls -d cache/*.git");
  const auto held = proc::LockFile::acquire(dir_.path() / (mirror + ".lock"));
  ASSERT_TRUE(held);
  std::stop_source stop;
  options_.stop = stop.get_token();
  stop.request_stop();

  EXPECT_EQ(check().error().code(), ErrorCode::cancelled);
}

TEST_F(CheckoutTest, says_what_does_not_exist) {
  source_.commit = std::string(40, 'a');
  EXPECT_THAT(check().error().message(), HasSubstr("Was it pushed?"));
  source_ = {.repository = source_.repository, .branch = "nope"};
  EXPECT_THAT(check().error().message(), HasSubstr("branch nope"));
  source_ = {.repository = "/no/such/repo"};
  EXPECT_THAT(check().error().message(), HasSubstr("/no/such/repo"));
}

TEST_F(CheckoutTest, a_repository_from_the_network_may_not_name_a_submodule_on_this_machine) {
  const auto route = [&](const std::string& url) {
    return route_to(url, {}, options_.environment).environment.to_list();
  };
  const auto allows_files = testing::Contains(HasSubstr("protocol.file.allow"));

  EXPECT_THAT(route("https://host/x.git"), testing::Not(allows_files));
  EXPECT_THAT(route("git@host:x.git"), testing::Not(allows_files));
  EXPECT_THAT(route("/srv/x.git"), allows_files);
}

TEST_F(CheckoutTest, brings_submodules) {
  shell(
      "git init -q -b main sub && cd sub && git config user.email a@b && git config user.name a && echo s > s && git "
      "add . && git commit -qm s");
  shell("cd repo && git -c protocol.file.allow=always submodule add -q ../sub sub && git commit -qm sub");

  const auto checkout = check();

  ASSERT_TRUE(checkout) << checkout.error().message();
  EXPECT_EQ(proc::read_file(checkout->directory / "sub" / "s").value(), "s\n");
}

TEST_F(CheckoutTest, goes_away_without_a_trace) {
  const auto checkout = check().value();

  ASSERT_TRUE(remove_checkout(checkout, options_));

  EXPECT_FALSE(std::filesystem::exists(checkout.directory));
  EXPECT_EQ(shell("git -C '" + checkout.mirror.string() + "' worktree list | wc -l"), "1");
}

TEST_F(CheckoutTest, a_mirror_that_cannot_be_fetched_is_made_anew_when_the_settings_say_so) {
  const auto mirror = check()->mirror;
  ASSERT_TRUE(remove_checkout(
      {.directory = dir_.path() / "work1", .commit = {}, .repository = source_.repository, .mirror = mirror},
      options_));
  shell("cd repo && echo two > file && git commit -qam 2 && git -C '" + mirror.string() +
        "' config remote.origin.url /nowhere");

  EXPECT_FALSE(check());
  options_.clones_again = true;
  const auto again = check();

  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(file(*again), "two\n");
}

TEST_F(CheckoutTest, arguments_of_the_owner_are_given_to_fetch_and_a_clone_talks_when_told_to) {
  std::string said;
  options_.output = [&](std::string_view text) { said += text; };
  options_.is_talkative = true;
  ASSERT_TRUE(check());
  EXPECT_THAT(said, HasSubstr("Cloning into"));
  shell("cd repo && echo two > file && git commit -qam 2");

  options_.fetch_arguments = {"--upload-pack=/nowhere/git"};
  EXPECT_FALSE(check());
  options_.fetch_arguments = {"--all", "--tags", "--recurse-submodules"};  // what they are set to, as delivered

  EXPECT_EQ(file(check().value()), "two\n");
}

}  // namespace
}  // namespace jarvis::agent
