#include "server/http/client_address.h"

#include <gtest/gtest.h>

namespace jarvis::server::http {
namespace {

std::string from(std::string peer, std::string forwarded, std::string real = "") {
  HttpRequest request;
  request.peer = std::move(peer);
  if (!forwarded.empty()) request.headers.emplace("X-Forwarded-For", forwarded);
  if (!real.empty()) request.headers.emplace("X-Real-IP", real);
  return client_address(request, TrustedProxies::parse("127.0.0.0/8, ::1, 10.1.0.0/18").value());
}

TEST(ClientAddress, is_the_peer_unless_that_is_a_trusted_proxy) {
  EXPECT_EQ(from("192.0.2.9", "198.51.100.1", "198.51.100.2"), "192.0.2.9");
  EXPECT_EQ(from("127.0.0.1", "198.51.100.1", "198.51.100.2"), "198.51.100.1");
  EXPECT_EQ(from("::1", "2001:db8::7"), "2001:db8::7");
  EXPECT_EQ(from("::ffff:127.0.0.1", "198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(from("127.0.0.1", "", "198.51.100.2"), "198.51.100.2");
  EXPECT_EQ(from("127.0.0.1", ""), "127.0.0.1");
}

TEST(ClientAddress, is_the_last_that_is_no_proxy_because_a_client_writes_the_first) {
  EXPECT_EQ(from("127.0.0.1", "203.0.113.66, 198.51.100.1, 10.1.63.2"), "198.51.100.1");
  EXPECT_EQ(from("127.0.0.1", "10.1.0.5, 10.1.0.6"), "10.1.0.5");
}

TEST(ClientAddress, what_is_no_address_counts_for_nothing) {
  EXPECT_EQ(from("127.0.0.1", "unknown"), "127.0.0.1");
  EXPECT_EQ(from("127.0.0.1", "evil\", 198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(from("127.0.0.1", "", "<script>"), "127.0.0.1");
}

TEST(ClientAddress, networks_end_where_their_bits_say) {
  const TrustedProxies trusted = TrustedProxies::parse("10.1.0.0/18").value();
  EXPECT_TRUE(trusted.contains("10.1.63.255"));
  EXPECT_FALSE(trusted.contains("10.1.64.0"));
  EXPECT_FALSE(trusted.contains("::1"));
  EXPECT_FALSE(TrustedProxies().contains("127.0.0.1"));
  for (const char* bad : {"10.0.0.0/33", "ten", "10.0.0.0/x", "1.2.3"})
    EXPECT_FALSE(TrustedProxies::parse(bad)) << bad;
}

}  // namespace
}  // namespace jarvis::server::http
