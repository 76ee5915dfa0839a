// Ports that a container publishes: kept where they are free, moved where they are not.
#include "agent/runtime/ports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

PublishedPorts published(const std::vector<std::string>& words, std::set<int> taken = {}, PortRange range = {}) {
  auto out = publish_ports(words, std::move(taken), range);
  EXPECT_TRUE(out) << out.error().message();
  return out ? *out : PublishedPorts();
}

TEST(Ports, that_are_free_stay) {
  const auto ports = published({"--cpus=2", "--publish=8080:80", "--publish=127.0.0.1:9000-9001:90-91/tcp"}, {8081});

  EXPECT_THAT(ports.words, ElementsAre("--cpus=2", "--publish=8080:80", "--publish=127.0.0.1:9000-9001:90-91"));
  EXPECT_EQ(ports.mapping, "8080:80,9000-9001:90-91");
}

TEST(Ports, that_are_taken_become_others) {
  const auto ports =
      published({"--publish=8080:80", "--publish=8080:81", "--publish=53:53/udp", "--publish=80"}, {8080, 10000});

  EXPECT_THAT(ports.words,
              ElementsAre("--publish=10001:80", "--publish=10002:81", "--publish=53:53/udp", "--publish=80"));
}

TEST(Ports, lie_in_the_range_that_the_owner_allows) {
  const PortRange range{.first = 9000, .last = 9003, .is_bound = true};

  EXPECT_THAT(published({"--publish=8080:80", "--publish=9001:81", "--publish=82"}, {9000}, range).words,
              ElementsAre("--publish=9001:80", "--publish=9002:81", "--publish=9003:82"));
  const auto none = publish_ports({"--publish=100-104:100-104"}, {}, range);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message(), HasSubstr("between 9000 and 9003"));
}

TEST(Ports, that_are_none_are_refused) {
  for (const char* word : {"--publish=a:80", "--publish=80:", "--publish=70000:1", "--publish=9-8:1-2"})
    EXPECT_FALSE(publish_ports({word}, {}, {})) << word;
  EXPECT_FALSE(port_range({"9000"}));
  EXPECT_FALSE(port_range({"a", "b"}));
  EXPECT_FALSE(port_range({"2", "1"}));
  EXPECT_FALSE(port_range({})->is_bound);
}

TEST(Ports, of_one_are_not_given_to_another_while_they_are_held) {
  const auto folder = proc::TempDir::make(::testing::TempDir(), "ports-").value();
  const PortRange range{.first = 47000, .last = 47002, .is_bound = true};
  const auto reserve = [&](std::set<int> refused = {}) {
    return reserve_ports(folder.path(), {"--publish=47000:80"}, refused, range, {});
  };
  {
    const auto first = reserve();
    const auto second = reserve();

    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->ports.mapping, "47000:80");
    EXPECT_EQ(second->ports.mapping, "47001:80");
    EXPECT_FALSE(reserve({47002}));
  }
  EXPECT_EQ(reserve()->ports.mapping, "47000:80") << "both have ended";
}

TEST(Ports, that_an_engine_does_not_give_are_named_by_it) {
  EXPECT_EQ(refused_port("docker: Error response from daemon: driver failed programming external connectivity on "
                         "endpoint x (0a1b): Bind for 0.0.0.0:29000 failed: port is already allocated."),
            29000);
  EXPECT_EQ(refused_port("Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use."),
            8080);
  EXPECT_EQ(refused_port("Error: cannot listen on the TCP port: listen tcp4 :81: bind: address already in use"), 81);
  EXPECT_EQ(refused_port("docker: invalid reference format"), std::nullopt);
}

}  // namespace
}  // namespace jarvis::agent
