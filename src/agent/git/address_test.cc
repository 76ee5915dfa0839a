#include "agent/git/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

TEST(Address, is_cut_into_what_may_be_seen_and_what_may_not) {
  const Address full = split_address("https://a%40b:p:%2Fw@host:8443/x/y.git");
  EXPECT_EQ(full.url, "https://host:8443/x/y.git");
  EXPECT_EQ(full.user, "a@b");
  EXPECT_EQ(full.password, "p:/w");
  EXPECT_EQ(full.host, "host:8443");

  EXPECT_EQ(split_address("https://ann@host/x").url, "https://host/x");
  EXPECT_EQ(split_address("https://host/x@y").url, "https://host/x@y");
  EXPECT_EQ(split_address("git@host:x/y.git").url, "git@host:x/y.git");
  EXPECT_EQ(split_address("https://host").host, "host");
}

TEST(Address, is_known_by_the_way_it_is_reached) {
  EXPECT_TRUE(is_ssh("git@host:x/y.git"));
  EXPECT_TRUE(is_ssh("ssh://host/x"));
  EXPECT_FALSE(is_ssh("https://host/x"));
  EXPECT_FALSE(is_ssh("/srv/a:b.git"));
  EXPECT_TRUE(is_local("/srv/x.git"));
  EXPECT_TRUE(is_local("file:///srv/x.git"));
  EXPECT_FALSE(is_local("git@host:x/y.git"));
}

struct Way {
  const char* recorded;
  AddressRules rules;
  const char* used;
};

TEST(Address, is_the_one_that_the_settings_prefer) {
  const AddressRules ssh{.forces_ssh = true};
  const AddressRules ssh_special{.forces_ssh = true, .ssh_user = "bob", .ssh_port = "2222"};
  const AddressRules port_only{.ssh_port = "2222"};
  const AddressRules password{.password_hosts = {""}};
  const AddressRules one_host{.password_hosts = {"github.com/team"}};
  const AddressRules plain{.password_hosts = {"github.com"}, .password_scheme = "http"};
  const Way ways[] = {
      {"https://github.com/a/b.git", {}, "https://github.com/a/b.git"},
      {"https://github.com/a/b.git", ssh, "ssh://git@github.com/a/b.git"},
      {"https://git.local:8443/a/b", ssh_special, "ssh://bob@git.local:2222/a/b"},
      {"git@github.com:a/b.git", ssh, "git@github.com:a/b.git"},
      {"git@github.com:a/b.git", port_only, "ssh://git@github.com:2222/a/b.git"},
      {"ssh://ann@h:22/a", ssh_special, "ssh://bob@h:2222/a"},
      {"git@github.com:a/b.git", password, "https://github.com/a/b.git"},
      {"ssh://git@h:2222/a/b", password, "https://h/a/b"},
      {"git@github.com:team/b.git", one_host, "https://github.com/team/b.git"},
      {"git@github.com:teams/b.git", one_host, "git@github.com:teams/b.git"},
      {"git@github.com:a/b.git", plain, "http://github.com/a/b.git"},
      {"git@gitlab.com:a/b.git", one_host, "git@gitlab.com:a/b.git"},
      {"/srv/x.git", ssh, "/srv/x.git"},
  };
  for (const Way& way : ways)
    EXPECT_EQ(preferred_address(way.recorded, way.rules), way.used) << way.recorded;
}

TEST(Address, of_submodules_follows_the_same_rules) {
  EXPECT_THAT(submodule_rewrites("https://h/a", {.forces_ssh = true}),
              testing::Contains(std::pair<std::string, std::string>("ssh://git@h/", "https://h/")));
  EXPECT_THAT(submodule_rewrites("https://h/a", {.password_hosts = {"h"}}),
              testing::Contains(std::pair<std::string, std::string>("https://h/", "git@h:")));
  EXPECT_THAT(submodule_rewrites("git@h:team/a.git", {.password_hosts = {"h/team"}}),
              testing::Contains(std::pair<std::string, std::string>("https://h/team/", "git@h:team/")));
  EXPECT_TRUE(submodule_rewrites("https://h/a", {.password_hosts = {"other"}}).empty());
  EXPECT_TRUE(submodule_rewrites("/srv/a", {.password_hosts = {""}}).empty());
}

}  // namespace
}  // namespace jarvis::agent
