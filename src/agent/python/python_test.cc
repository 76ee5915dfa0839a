#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "agent/python/environment.h"
#include "agent/python/installer.h"
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

TEST(Requirements, move_when_a_folder_or_a_branch_decides) {
  for (const char* line : {"-e .", "./pkg", "/srv/pkg", "x @ file:///srv/x", "git+https://h/r", "git+https://h/r@main"})
    EXPECT_TRUE(has_moving_lines(std::string("six\n") + line + "\n")) << line;
  const std::string hash(40, 'a');
  EXPECT_FALSE(has_moving_lines("six\nx @ git+https://h/r@" + hash + "\ngit+ssh://git@h/r@" + hash + "#egg=x\n"));
}

TEST(Requirements, as_installed_keep_their_header_and_the_lines_that_name_folders) {
  const json::object script{{"requirements", {{"pip", "# Python 3.11.7 (main)\n\nsix\n-e .\n"}}}};

  EXPECT_EQ(as_installed(script, "six==1.17.0\n-e file:///tmp/job/code\n"),
            "# Python 3.11.7 (main)\n\nsix==1.17.0\n-e .\n");
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

TEST_F(PythonEnvironmentTest, of_two_jobs_that_want_it_at_once_neither_waits_for_the_other_s_end) {
  const PythonSpec spec{.version = "", .requirements = "iniconfig==2.0.0\n"};
  std::optional<Result<PythonEnvironment>> first, second;  // each in use until both have it
  {
    const std::jthread one([&] { first = prepare_python(spec, options_); });
    const std::jthread other([&] { second = prepare_python(spec, options_); });
  }

  ASSERT_TRUE(*first && *second);
  EXPECT_EQ((*first)->directory, (*second)->directory);
  EXPECT_NE((*first)->was_cached, (*second)->was_cached);
}

TEST_F(PythonEnvironmentTest, is_found_by_the_packages_that_it_turned_out_to_hold) {
  const auto made =
      prepare_python({.version = "", .requirements = with_sdk("iniconfig>=2.0.0\nclearml==2.1.0\n")}, options_);
  ASSERT_TRUE(made) << made.error().message();

  const auto exact = prepare_python({.version = "", .requirements = with_sdk(made->installed)}, options_);

  ASSERT_TRUE(exact) << exact.error().message();
  EXPECT_TRUE(exact->was_cached);
  EXPECT_EQ(exact->directory, made->directory);
}

TEST_F(PythonEnvironmentTest, is_made_anew_when_its_interpreter_left_the_machine) {
  const auto made = prepare_python({.version = "", .requirements = ""}, options_);
  ASSERT_TRUE(made) << made.error().message();
  std::filesystem::remove(made->directory / "bin/python");
  std::filesystem::create_symlink("/no/such/python", made->directory / "bin/python");
  const auto directory = made->directory;
  const_cast<PythonEnvironment&>(*made).in_use.reset();

  const auto again = prepare_python({.version = "", .requirements = ""}, options_);

  ASSERT_TRUE(again) << again.error().message();
  EXPECT_FALSE(again->was_cached);
  EXPECT_TRUE(std::filesystem::exists(directory / "bin/python"));
}

TEST_F(PythonEnvironmentTest, of_a_folder_is_made_for_one_run_alone) {
  std::filesystem::create_directories(dir_.path() / "pkg");
  ASSERT_TRUE(proc::write_file_durably(dir_.path() / "pkg" / "setup.py",
                                       "from setuptools import setup\nsetup(name='jv-local', version='1')\n", 0644));
  const PythonSpec spec{.version = "", .requirements = (dir_.path() / "pkg").string() + "\n"};

  auto first = prepare_python(spec, options_);
  const auto second = prepare_python(spec, options_);

  ASSERT_TRUE(first) << first.error().message();
  ASSERT_TRUE(second) << second.error().message();
  EXPECT_FALSE(second->was_cached);
  EXPECT_FALSE(second->is_reusable);
  EXPECT_THAT(second->installed, HasSubstr("jv-local"));
  const auto directory = first->directory;
  ASSERT_TRUE(remove_python(std::move(*first)));
  EXPECT_FALSE(std::filesystem::exists(directory));
}

TEST_F(PythonEnvironmentTest, needs_no_uv) {
  options_.uses_uv = false;

  const auto made = prepare_python({.version = "", .requirements = "iniconfig==2.0.0\n"}, options_);

  ASSERT_TRUE(made) << made.error().message();
  EXPECT_THAT(made->installed, HasSubstr("iniconfig==2.0.0"));
}

TEST_F(PythonEnvironmentTest, of_conda_is_made_by_what_there_is_of_it_and_filled_up_with_pip_s_packages) {
  const auto tools = dir_.path() / "tools";
  std::filesystem::create_directories(tools);
  // Says what it was asked for, and makes what conda would: a folder with an interpreter.
  ASSERT_TRUE(
      proc::write_file_durably(tools / "micromamba",
                               "#!/bin/sh\necho \"$@\" > " + (dir_.path() / "asked").string() +
                                   "\nwhile [ \"$1\" != --prefix ]; do shift; done; exec python3 -m venv \"$2\"\n",
                               0755));
  options_.environment.set("PATH", tools.string() + ":" + *options_.environment.get("PATH"));
  const PythonSpec spec{.version = "3.11",
                        .requirements = "iniconfig==2.0.0\n",
                        .project = {},
                        .conda = CondaPackages{.packages = "numpy=1.26\n", .channels = {"conda-forge"}}};

  const auto made = prepare_python(spec, options_);

  ASSERT_TRUE(made) << made.error().message();
  EXPECT_THAT(made->installed, HasSubstr("iniconfig==2.0.0"));
  EXPECT_THAT(*proc::read_file(dir_.path() / "asked"), HasSubstr("--channel conda-forge python=3.11 pip numpy=1.26"));
}

TEST_F(PythonEnvironmentTest, of_conda_without_conda_says_what_to_do) {
  const PythonSpec spec{.version = "", .requirements = "", .project = {}, .conda = CondaPackages{}};
  EXPECT_THAT(prepare_python(spec, options_).error().message(), HasSubstr("none of micromamba, mamba and conda"));
}

TEST_F(PythonEnvironmentTest, uv_is_found_among_the_packages_of_a_python) {
  const auto folder = dir_.path() / "site" / "uv";
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(proc::write_file_durably(folder / "__init__.py", "def find_uv_bin():\n    return '/opt/uv'\n", 0644));
  proc::Environment environment;
  environment.set("PATH", "/usr/bin:/bin")
      .set("HOME", dir_.path().string())
      .set("PYTHONPATH", folder.parent_path().string());

  EXPECT_EQ(find_uv(environment), "/opt/uv");
  EXPECT_EQ(find_uv(proc::Environment().set("PATH", "/nowhere")), std::nullopt);
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
