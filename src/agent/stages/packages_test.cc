#include "agent/stages/packages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proc/files.h"

namespace jarvis::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Packages : public testing::Test {
 protected:
  void write(const std::string& file, const std::string& text) {
    std::filesystem::create_directories((code_ / file).parent_path());
    ASSERT_TRUE(proc::write_file_durably(code_ / file, text, 0644));
  }
  Result<PackageSource> source(const json::object& script, const std::string& conf = "") {
    const auto file = dir_.path() / "jarvis.conf";
    EXPECT_TRUE(proc::write_file_durably(file, conf, 0600));
    const auto settings = load_settings(proc::Environment().set("HOME", dir_.path().string()), file.string());
    EXPECT_TRUE(settings);
    return package_source(*settings, script, code_);
  }
  proc::TempDir dir_ = proc::TempDir::make("/tmp", "jarvis-packages-").value();
  std::filesystem::path code_ = dir_.path() / "code";
  const json::object recorded_{{"binary", "python3.9"}, {"requirements", {{"pip", "six==1.16.0\n"}}}};
};

TEST_F(Packages, are_those_that_the_task_recorded) {
  write("requirements.txt", "attrs\n");
  write("uv.lock", "");
  write("pyproject.toml", "");

  const auto found = source(recorded_);

  EXPECT_EQ(found->spec.requirements, "six==1.16.0\n");
  EXPECT_EQ(found->spec.version, "3.9");
  EXPECT_FALSE(found->spec.project);
  EXPECT_EQ(found->origin, "");
}

TEST_F(Packages, are_the_repository_s_where_none_were_recorded_or_the_settings_prefer_them) {
  write("requirements.txt", "attrs\r\n-r sub/more.txt  \n# a remark\n-c bounds.txt\n");
  write("sub/more.txt", "iniconfig\n");
  const std::string wanted = "attrs\niniconfig\n-c " + (code_ / "bounds.txt").string() + "\n";

  EXPECT_EQ(source({})->spec.requirements, wanted);
  EXPECT_EQ(source({{"requirements", {{"pip", " \n"}}}})->spec.requirements, wanted);
  EXPECT_EQ(source(recorded_, "agent.package_manager.force_repo_requirements_txt: true")->spec.requirements, wanted);
  EXPECT_EQ(source({})->origin, "requirements.txt");
}

TEST_F(Packages, of_files_that_include_themselves_or_lie_elsewhere_are_refused) {
  write("requirements.txt", "-r requirements.txt\n");
  EXPECT_THAT(source({}).error().message(), HasSubstr("includes itself"));
  write("requirements.txt", "-r ../../etc/passwd\n");
  EXPECT_THAT(source({}).error().message(), HasSubstr("outside of the repository"));
  std::filesystem::create_symlink("/etc/passwd", code_ / "link.txt");
  write("requirements.txt", "-r link.txt\n");
  EXPECT_THAT(source({}).error().message(), HasSubstr("outside of the repository"));
  write("requirements.txt", "--requirement=none.txt\n");
  EXPECT_THAT(source({}).error().message(), HasSubstr("none.txt"));
}

TEST_F(Packages, of_a_lock_file_come_first_when_the_settings_name_its_tool) {
  write("uv.lock", "locked");
  write("pyproject.toml", "[project]\nname = 'x'\n");
  const auto by_name = source(recorded_, "agent.package_manager { type: uv, uv_sync_extra_args: [\"--all-extras\"] }");
  ASSERT_TRUE(by_name->spec.project);
  EXPECT_THAT(by_name->spec.project->flags, ElementsAre("--locked", "--all-extras"));
  EXPECT_FALSE(by_name->spec.project->is_installed_too);
  EXPECT_THAT(by_name->spec.project->contents, HasSubstr("locked"));
  EXPECT_EQ(by_name->origin, "uv.lock");

  EXPECT_TRUE(source(recorded_, "agent.package_manager.force_uv: true")->spec.project);
  EXPECT_TRUE(source({})->spec.project) << "nothing was recorded";
  EXPECT_FALSE(source({}, "agent.package_manager.type: pip")->spec.project);
  EXPECT_FALSE(source(recorded_, "agent.package_manager.type: poetry")->spec.project) << "there is no poetry.lock";
}

TEST_F(Packages, of_a_poetry_project_may_be_in_the_working_directory) {
  write("sub/poetry.lock", "");
  write("sub/pyproject.toml", "[tool.poetry]\nname = 'x'\n");
  const json::object script{{"working_dir", "sub"}};

  EXPECT_FALSE(source(script, "agent.package_manager.type: poetry")->spec.project);
  const auto found = source(
      script,
      "agent.package_manager { type: poetry, poetry_files_from_repo_working_dir: true, poetry_version: \"<2\" }");
  ASSERT_TRUE(found->spec.project);
  EXPECT_EQ(found->spec.project->directory, code_ / "sub");
  EXPECT_EQ(found->spec.project->tool_version, "<2");
  EXPECT_TRUE(found->spec.project->is_installed_too);
}

TEST_F(Packages, as_they_were_recorded_at_first_come_back_when_the_settings_say_so) {
  const json::object script{{"requirements", {{"pip", "six==1.16.0\n"}, {"org_pip", "six\n"}}}};
  EXPECT_EQ(source(script)->spec.requirements, "six==1.16.0\n");
  EXPECT_EQ(source(script, "agent.package_manager.force_original_requirements: true")->spec.requirements, "six\n");
}

TEST_F(Packages, of_conda_are_taken_along_with_pip_s) {
  const json::object script{{"requirements", {{"pip", "six\n"}, {"conda", {"numpy=1.26", "cudatoolkit=11.8"}}}}};
  const auto found = source(script, "agent.package_manager { type: conda, conda_channels: [pytorch, conda-forge] }");
  EXPECT_EQ(found->spec.requirements, "six\n");
  EXPECT_EQ(found->spec.conda->packages, "numpy=1.26\ncudatoolkit=11.8\n");
  EXPECT_THAT(found->spec.conda->channels, ElementsAre("pytorch", "conda-forge"));
}

TEST_F(Packages, want_the_python_that_was_recorded_or_the_settings_name) {
  EXPECT_EQ(source({}, "agent.default_python: \"3.10\"")->spec.version, "3.10");
  EXPECT_EQ(source(recorded_, "agent.default_python: \"3.10\"")->spec.version, "3.9");
  EXPECT_EQ(
      source(recorded_, "agent { default_python: \"3.10\", ignore_requested_python_version: true }")->spec.version,
      "3.10");
}

}  // namespace
}  // namespace jarvis::agent
