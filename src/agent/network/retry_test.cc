// What is tried again: the network's failures, not the user's.
#include "agent/network/retry.h"

#include <gtest/gtest.h>

namespace jarvis::agent {
namespace {

using namespace std::chrono_literals;

proc::RunResult failed(std::string err) {
  return {.status = {.code = 1, .signal = 0, .core_dumped = false}, .out = {}, .err = std::move(err)};
}

TEST(NetworkFailure, is_told_from_a_user_s_mistake_by_what_the_tools_say) {
  for (const char* text : {
           "fatal: unable to access 'http://h/x.git/': Failed to connect to h port 80 after 0 ms: Couldn't connect to "
           "server",
           "fatal: unable to access 'https://h/x.git/': The requested URL returned error: 503",
           "fatal: unable to access 'https://h/x.git/': Could not resolve host: h",
           "error: RPC failed; curl 56 GnuTLS recv error (-9)\nfatal: early EOF",
           "ssh: connect to host h port 22: Connection timed out\nfatal: Could not read from remote repository.",
           "error: Failed to fetch: `http://h/simple/six/`\n  Caused by: HTTP status server error (502 Bad Gateway) "
           "for url (http://h)",
           "  Caused by: tcp connect error: Connection refused (os error 111)",
           "  Caused by: dns error: failed to lookup address information: Temporary failure in name resolution",
           "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)'\nERROR: No "
           "matching distribution found",
           "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='h', port=443): Read timed out.",
           "Error response from daemon: Get \"https://h/v2/\": net/http: TLS handshake timeout",
           "Error response from daemon: received unexpected HTTP status: 503 Service Unavailable",
           "toomanyrequests: You have reached your pull rate limit.",
       })
    EXPECT_TRUE(has_network_failed(failed(text))) << text;

  for (const char* text : {
           "fatal: repository 'http://h/x.git/' not found",
           "fatal: unable to access 'https://h/x.git/': The requested URL returned error: 404",
           "fatal: unable to access 'https://h/x.git/': The requested URL returned error: 403",
           "fatal: Authentication failed for 'https://h/x.git/'",
           "git@h: Permission denied (publickey).\nConnection closed by 10.0.0.1 port 22",
           "  x No solution found when resolving dependencies:\n  Because nosuch was not found in the package registry",
           "ERROR: Could not find a version that satisfies the requirement async-timeout==99",
           "Error response from daemon: manifest for h/x:1 not found: manifest unknown",
           "Error: lookup nowhere.invalid: no such host",
       })
    EXPECT_FALSE(has_network_failed(failed(text))) << text;
  EXPECT_FALSE(has_network_failed({.status = {}, .out = "connection refused", .err = {}})) << "it succeeded";
}

class RetriesTest : public testing::Test {
 protected:
  Result<proc::RunResult> run(std::vector<proc::RunResult> results) {
    return with_network_retries({.count = 3, .pause = 1ms, .output = [&](std::string_view text) { said_ += text; }},
                                "fetch", stop_.get_token(), [&]() -> Result<proc::RunResult> {
                                  ++attempts_;
                                  if (results.empty()) return proc::RunResult{};
                                  proc::RunResult next = results.front();
                                  if (results.size() > 1 || next.is_success()) results.erase(results.begin());
                                  return next;
                                });
  }
  std::stop_source stop_;
  std::string said_;
  int attempts_ = 0;
};

TEST_F(RetriesTest, a_network_that_comes_back_is_used_and_the_log_tells_of_it) {
  const auto result = run({failed("x\nConnection refused"), failed("returned error: 503"), {}});

  EXPECT_TRUE(result->is_success());
  EXPECT_EQ(attempts_, 3);
  EXPECT_EQ(said_,
            "[jarvis] fetch: the network failed (Connection refused); trying again in 0 s, 1 of 3\n"
            "[jarvis] fetch: the network failed (returned error: 503); trying again in 0 s, 2 of 3\n");
}

TEST_F(RetriesTest, a_user_s_mistake_is_told_at_once) {
  EXPECT_FALSE(run({failed("fatal: repository not found")})->is_success());
  EXPECT_EQ(attempts_, 1);
  EXPECT_EQ(said_, "");
}

TEST_F(RetriesTest, there_is_an_end_to_it) {
  EXPECT_EQ(run({failed("Connection refused")})->err, "Connection refused");
  EXPECT_EQ(attempts_, 4);
}

TEST_F(RetriesTest, a_stop_ends_the_wait) {
  stop_.request_stop();

  EXPECT_EQ(run({failed("Connection refused")}).error().code(), ErrorCode::cancelled);
  EXPECT_EQ(attempts_, 1);
}

}  // namespace
}  // namespace jarvis::agent
