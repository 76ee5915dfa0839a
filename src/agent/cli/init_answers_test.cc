// What `jarvis-agent init` makes of answers.
#include "agent/cli/init_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

using ::testing::HasSubstr;

TEST(InitAddress, IsTakenAsPeopleWriteIt) {
  const std::pair<const char*, const char*> cases[] = {
      {"http://gpu-server:9000", "http://gpu-server:9000"},
      {"https://jarvis.example.org/", "https://jarvis.example.org"},
      {"gpu-server", "http://gpu-server:8008"},
      {" 10.0.0.5:9000 ", "http://10.0.0.5:9000"},
      {"[fd00::5]", "http://[fd00::5]:8008"},
      {"gpu-server/behind/proxy", "http://gpu-server:8008/behind/proxy"},
  };
  for (const auto& [answer, address] : cases)
    EXPECT_EQ(*address_from(answer, 8008), address) << answer;
}

TEST(InitAddress, ThatIsNoneIsRefused) {
  for (const char* answer : {"", "   ", "ftp://host", "access_key: \"x\"", "user@host"})
    EXPECT_EQ(address_from(answer, 8008).error().code(), ErrorCode::invalid_argument) << answer;
}

TEST(InitAddress, OfTheWebPageIsTheSameHosts) {
  EXPECT_EQ(neighbour_of("http://gpu-server:8008", 8080), "http://gpu-server:8080");
  EXPECT_EQ(neighbour_of("https://[fd00::5]:8008", 8081), "https://[fd00::5]:8081");
}

constexpr const char* kPasted = R"(api {
  web_server: http://gpu-server:8080
  api_server: http://gpu-server:8008
  files_server: http://gpu-server:8081
  credentials {
    "access_key" = "KEY"
    "secret_key" = "SECRET"
  }
}
)";

TEST(InitPasted, ConfigurationIsReadWhole) {
  EXPECT_TRUE(begins_configuration("api {"));
  EXPECT_FALSE(begins_configuration("http://gpu-server:8008"));
  const std::string_view text = kPasted;
  EXPECT_FALSE(is_whole_configuration(text.substr(0, text.size() - 3)));
  ASSERT_TRUE(is_whole_configuration(text));
  const auto client = client_from(text);
  ASSERT_TRUE(client) << client.error().message();
  EXPECT_EQ(client->api, "http://gpu-server:8008");
  EXPECT_EQ(client->web, "http://gpu-server:8080");
  EXPECT_EQ(client->files, "http://gpu-server:8081");
  EXPECT_EQ(client->access_key, "KEY");
  EXPECT_EQ(client->secret_key, "SECRET");
}

TEST(InitPasted, ConfigurationThatLacksSomethingIsRefused) {
  EXPECT_THAT(client_from("api { web_server: x }").error().message(), HasSubstr("api.api_server"));
  EXPECT_THAT(client_from("api { api_server: \"http://x\" }").error().message(), HasSubstr("credentials"));
  EXPECT_FALSE(client_from("api { = }"));
}

}  // namespace
}  // namespace jarvis::agent
