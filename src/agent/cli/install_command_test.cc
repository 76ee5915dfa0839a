#include "agent/cli/install_command.h"

#include <gmock/gmock.h>

namespace jarvis::agent {
namespace {

using ::testing::HasSubstr;

TEST(Install, a_restart_of_the_service_leaves_its_tasks_alone) {
  const std::string unit = unit_text({.daemon = {"--queue", "default"}}, "/usr/local/bin/jarvis-agent");

  EXPECT_THAT(unit, HasSubstr("\nUser=jarvis-agent\n"));
  EXPECT_THAT(unit, HasSubstr("\nExecStart=/usr/local/bin/jarvis-agent daemon --queue default\n"));
  EXPECT_THAT(unit, HasSubstr("\nKillMode=process\nKillSignal=SIGQUIT\n"));
  EXPECT_THAT(unit, HasSubstr("\nOOMPolicy=continue\n"));
}

TEST(Install, words_reach_the_daemon_as_they_were_written) {
  const std::string unit =
      unit_text({.daemon = {"--uptime", "22-6 MON-FRI", "--queue", "50%", "$x\"y\\"}}, "/opt/a b/jarvis-agent");

  EXPECT_THAT(unit,
              HasSubstr(R"(ExecStart="/opt/a b/jarvis-agent" daemon --uptime "22-6 MON-FRI" --queue 50%% "$$x\"y\\")"));
}

}  // namespace
}  // namespace jarvis::agent
