#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/python/environment.h"
#include "agent/python/requirements.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

using testing::HasSubstr;

TEST(Requirements, reads_both_recorded_forms) {
  EXPECT_EQ(requirements_text({{"requirements", {{"pip", "# Python 3.11.7 (main)\n\n  six == 1.16.0  \n"}}}}),
            "six == 1.16.0\n");
  EXPECT_EQ(requirements_text({{"requirements", {{"pip", {"a", "b"}}}}}), "a\nb\n");
  EXPECT_EQ(requirements_text({}), "");
}

TEST(Requirements, always_hold_the_sdk_once) {
  EXPECT_EQ(with_sdk("six\n"), "six\nclearml\n");
  EXPECT_EQ(with_sdk("ClearML[s3]==2.1\n"), "ClearML[s3]==2.1\n");
  EXPECT_EQ(with_sdk("clearml-agent\n"), "clearml-agent\nclearml\n");
}

TEST(Requirements, hold_the_installers_that_scripts_call_unless_they_name_their_own) {
  EXPECT_EQ(with_installers("six\n"),
            "six\npip\nsetuptools; python_version < '3.12'\nwheel; python_version < '3.12'\n");
  EXPECT_EQ(with_installers("pip==23.0\nSetuptools<70\nwheel\n"), "pip==23.0\nSetuptools<70\nwheel\n");
}

TEST(Requirements, are_pinned_when_no_index_could_change_them) {
  EXPECT_TRUE(is_pinned("six==1.16.0\nray[tune] == 2.1 ; python_version > '3.8'\ntorch===2.1.0+cu121\nclearml\n"));
  for (const char* line : {"six", "six>=1", "six==1.*", "six==1,<2", "-e .", "six @ file:///six==1", "git+ssh://h/r==1",
                           "--find-links x==1", "== 1", "six =="})
    EXPECT_FALSE(is_pinned(line)) << line;
}

TEST(Requirements, tell_the_python_version) {
  EXPECT_EQ(python_version({{"binary", "/usr/bin/python3.9"}}), "3.9");
  EXPECT_EQ(python_version({{"binary", "python3"}, {"requirements", {{"pip", "# Python 3.11.7 (main)\n"}}}}), "3.11");
  EXPECT_EQ(python_version({}), "");
}

class PythonEnvironmentTest : public testing::Test {
 protected:
  PythonEnvironmentTest() {
    options_.cache_dir = dir_.path() / "cache";
    options_.environment = proc::Environment::inherited();
  }
  proc::TempDir dir_ = proc::TempDir::make("/tmp", "jarvis-python-").value();
  PythonOptions options_;
};

TEST_F(PythonEnvironmentTest, is_made_once_and_then_found) {
  const PythonSpec spec{.version = "", .requirements = "iniconfig==2.0.0\n"};

  const auto made = prepare_python(spec, options_);
  const auto again = prepare_python(spec, options_);

  ASSERT_TRUE(made) << made.error().message();
  EXPECT_FALSE(made->was_cached);
  EXPECT_THAT(made->installed, HasSubstr("iniconfig==2.0.0"));
  EXPECT_TRUE(std::filesystem::exists(made->directory / "bin/python"));
  EXPECT_TRUE(again->was_cached);
  EXPECT_EQ(again->installed, made->installed);
}

TEST_F(PythonEnvironmentTest, a_package_that_does_not_exist_fails_with_its_name_and_leaves_nothing) {
  const auto made = prepare_python({.version = "", .requirements = "jarvis-no-such-package-x==1.0\n"}, options_);

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), ErrorCode::invalid_argument);
  EXPECT_THAT(made.error().message(), HasSubstr("jarvis-no-such-package-x"));
  for (const auto& entry : std::filesystem::directory_iterator(options_.cache_dir))
    EXPECT_FALSE(entry.is_directory()) << entry.path();
}

TEST_F(PythonEnvironmentTest, a_python_that_is_not_to_be_had_is_named_with_what_was_tried) {
  const auto made = prepare_python({.version = "3.99", .requirements = ""}, options_);

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), ErrorCode::not_found);
  EXPECT_THAT(made.error().message(), HasSubstr("3.99"));
  EXPECT_THAT(made.error().message(), HasSubstr("Tried"));
}

}  // namespace
}  // namespace jarvis::agent
