// What git is told of passwords, by its environment alone.
#include "agent/git/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proc/files.h"
#include "proc/run.h"

namespace jarvis::agent {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class Access : public ::testing::Test {
 protected:
  GitAccess access(const std::string& conf, proc::Environment environment = {}) {
    const auto file = folder_.path() / "jarvis.conf";
    EXPECT_TRUE(proc::write_file_durably(file, conf, 0600));
    const auto settings = load_settings(environment.set("HOME", folder_.path().string()), file.string());
    EXPECT_TRUE(settings) << settings.error().message();
    return git_access(*settings);
  }
  /// What git finds for an address: "username=ann\npassword=..." of the first that fits.
  std::string credential(const GitAccess& access, const std::string& url) {
    const GitRoute route =
        route_to(url, access, proc::Environment().set("PATH", "/usr/bin:/bin").set("HOME", folder_.path().string()));
    const auto filled = proc::run(
        {.argv = {"git", "credential", "fill"}, .environment = route.environment, .input = "url=" + url + "\n\n"});
    EXPECT_TRUE(filled);
    return filled->out;
  }
  std::vector<std::string> values(const GitAccess& access) {
    std::vector<std::string> out;
    const GitRoute route = route_to("https://h/x", access, {});
    for (const auto& [name, value] : route.environment.values())
      if (name.starts_with("GIT_CONFIG_VALUE_")) out.push_back(value);
    return out;
  }

  proc::TempDir folder_ = *proc::TempDir::make("/tmp", "git-access-");
};

TEST_F(Access, user_password_and_host_are_variables_too) {
  const GitAccess found = access("agent { git_user: bob, git_pass: old }", proc::Environment()
                                                                               .set("CLEARML_AGENT_GIT_USER", "ann")
                                                                               .set("CLEARML_AGENT_GIT_PASS", "pw")
                                                                               .set("CLEARML_AGENT_GIT_HOST", "h"));

  EXPECT_THAT(credential(found, "https://h/a.git"), HasSubstr("username=ann\npassword=pw"));
  EXPECT_THAT(credential(found, "https://other/a.git"), Not(HasSubstr("pw")));
}

TEST_F(Access, a_host_may_go_on_with_a_path_for_which_alone_the_password_is) {
  const GitAccess found = access(R"(agent { git_host_match_prefix: true, git.extra_credentials: [
      { username: "ann", password: "one", host: "https://h/team/" }, { user: "bob", pass: "two", host: "h:others" } ] })");

  EXPECT_THAT(credential(found, "https://h/team/a.git"), HasSubstr("username=ann\npassword=one"));
  EXPECT_THAT(credential(found, "https://h/others/a.git"), HasSubstr("username=bob\npassword=two"));
  EXPECT_THAT(credential(found, "https://h/third/a.git"), Not(HasSubstr("password=")));
  EXPECT_EQ(route_to("git@h:team/a.git", found, {}).address, "https://h/team/a.git");
  EXPECT_EQ(route_to("git@h:third/a.git", found, {}).address, "git@h:third/a.git");
}

TEST_F(Access, azure_s_tokens_are_headers) {
  EXPECT_THAT(values(access("agent { git_use_ms_entra_token: true, git_pass: tok }")),
              Contains("Authorization: Bearer tok"));
  EXPECT_THAT(values(access("agent { git_use_azure_pat: true, git_pass: tok }")),
              Contains("Authorization: Basic OnRvaw=="));
  EXPECT_THAT(values(access("agent { git_pass: tok }")), Not(Contains(HasSubstr("Authorization"))));
}

TEST_F(Access, what_ssh_addresses_become_can_be_another_scheme) {
  const GitAccess found =
      access("agent.git_pass: pw", proc::Environment().set("CLEARML_AGENT_SSH_URL_REPLACEMENT_SCHEME", "http"));

  EXPECT_EQ(route_to("git@h:a/b.git", found, {}).address, "http://h/a/b.git");
  EXPECT_EQ(
      route_to("git@h:a/b.git", access("agent { git_pass: pw, translate_ssl_replacement_scheme: http }"), {}).address,
      "http://h/a/b.git");
}

}  // namespace
}  // namespace jarvis::agent
