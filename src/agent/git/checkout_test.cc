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

TEST_F(CheckoutTest, applies_the_recorded_changes_new_files_too) {
  shell("cd repo && echo changed > file && echo new > other && git add -N other");
  source_.diff = shell("git -C repo diff HEAD");

  const auto checkout = check();

  ASSERT_TRUE(checkout) << checkout.error().message();
  EXPECT_EQ(file(*checkout), "changed\n");
  EXPECT_EQ(proc::read_file(checkout->directory / "other").value(), "new\n");
}

TEST_F(CheckoutTest, a_diff_that_does_not_apply_names_the_file) {
  source_.diff = "diff --git a/file b/file\n--- a/file\n+++ b/file\n@@ -1 +1 @@\n-something else\n+x\n";

  const auto checkout = check();

  ASSERT_FALSE(checkout);
  EXPECT_EQ(checkout.error().code(), ErrorCode::conflict);
  EXPECT_THAT(checkout.error().message(), HasSubstr("file"));
}

TEST_F(CheckoutTest, says_what_does_not_exist) {
  source_.commit = std::string(40, 'a');
  EXPECT_THAT(check().error().message(), HasSubstr("Was it pushed?"));
  source_ = {.repository = source_.repository, .branch = "nope"};
  EXPECT_THAT(check().error().message(), HasSubstr("branch nope"));
  source_ = {.repository = "/no/such/repo"};
  EXPECT_THAT(check().error().message(), HasSubstr("/no/such/repo"));
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

}  // namespace
}  // namespace jarvis::agent
