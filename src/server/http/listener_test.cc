#include "server/http/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <future>
#include <thread>

namespace jarvis::server::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::AllOf;
using testing::HasSubstr;

constexpr std::string_view kPark = "GET /park HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view kPing = "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n";

/// A listener whose handler keeps the request for /park and answers every other one with its path.
class ParkingServer {
 public:
  explicit ParkingServer(std::size_t connections_max = 100) {
    listener_ = listen(
                    io_, {.host = "127.0.0.1", .port = 0},
                    [this](HttpRequest request, std::shared_ptr<Responder> responder) {
                      if (request.path() != "/park") return responder->send({.body = std::string(request.path())});
                      responder->on_close([this] { closed_.set_value(); });
                      parked_.set_value(std::move(responder));
                    },
                    connections_max)
                    .value();
    thread_ = std::jthread([this] { io_.run(); });
  }
  ~ParkingServer() {
    listener_->stop();
    io_.stop();
    thread_.join();
  }

  std::shared_ptr<Responder> parked() {
    auto future = parked_.get_future();
    return future.wait_for(kPatience) == std::future_status::ready ? future.get() : nullptr;
  }
  bool noticed_the_end() { return closed_.get_future().wait_for(kPatience) == std::future_status::ready; }

  std::size_t open_connections() const { return listener_->open_connections(); }

  tcp::socket connect() {
    tcp::socket socket(client_io_);
    socket.connect({asio::ip::make_address("127.0.0.1"), listener_->port()});
    return socket;
  }

 private:
  static constexpr std::chrono::seconds kPatience{10};

  std::promise<std::shared_ptr<Responder>> parked_;
  std::promise<void> closed_;
  asio::io_context io_, client_io_;
  std::unique_ptr<Listener> listener_;
  std::jthread thread_;
};

void say(tcp::socket& socket, std::string_view text) {
  asio::write(socket, asio::buffer(text));
}

std::string hear_until(tcp::socket& socket, std::string_view end) {
  std::string heard;
  asio::read_until(socket, asio::dynamic_buffer(heard), end);
  return heard;
}

TEST(Listener, notices_that_the_peer_of_a_parked_request_went_away) {
  ParkingServer server;
  tcp::socket peer = server.connect();
  say(peer, kPark);
  const auto parked = server.parked();
  ASSERT_TRUE(parked);

  peer.close();

  EXPECT_TRUE(server.noticed_the_end());
  EXPECT_TRUE(parked->is_closed());
}

TEST(Listener, notices_it_of_a_peer_that_had_already_sent_its_next_request) {
  ParkingServer server;
  tcp::socket peer = server.connect();
  say(peer, std::string(kPark) + std::string(kPing));
  const auto parked = server.parked();
  ASSERT_TRUE(parked);

  say(peer, kPing);
  peer.close();

  EXPECT_TRUE(server.noticed_the_end());
}

TEST(Listener, answers_what_was_sent_behind_a_parked_request_after_it_and_in_order) {
  ParkingServer server;
  tcp::socket peer = server.connect();
  say(peer, std::string(kPark) + "GET /second HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto parked = server.parked();
  ASSERT_TRUE(parked);
  // Larger than what the connection keeps while it waits: the rest stays in the socket until it is read.
  const std::string body(200'000, 'b');
  say(peer, "POST /third HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + body);

  parked->send({.body = "first"});

  const std::string heard = hear_until(peer, "/third");
  const auto first = heard.find("first");
  const auto second = heard.find("/second");
  ASSERT_NE(second, std::string::npos);
  EXPECT_LT(first, second);
  EXPECT_FALSE(parked->is_closed());
}

TEST(Listener, answers_hundreds_of_requests_that_came_at_once_in_order) {
  ParkingServer server;
  tcp::socket peer = server.connect();
  std::string requests, answers;
  for (int i = 1000; i < 1300; ++i) {
    requests += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n{ }";
    answers += "/" + std::to_string(i);
  }

  say(peer, requests);

  std::string heard = hear_until(peer, "/1299"), bodies;
  for (std::size_t at = 0; (at = heard.find("\r\n\r\n/", at)) != std::string::npos; at += 4)
    bodies += heard.substr(at + 4, 5);
  EXPECT_EQ(bodies, answers);
}

TEST(Listener, takes_a_request_that_comes_byte_by_byte_and_refuses_one_that_is_none) {
  ParkingServer server;
  tcp::socket peer = server.connect();
  for (const char c : std::string("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n{ }"))
    say(peer, {&c, 1});
  EXPECT_THAT(hear_until(peer, "/slow"), HasSubstr(" 200 "));

  say(peer, std::string(kPing) + "no request\r\n\r\n");

  EXPECT_THAT(hear_until(peer, "Malformed HTTP request.\n"), AllOf(HasSubstr("/ping"), HasSubstr(" 400 ")));
}

TEST(Listener, sends_answers_that_are_larger_than_the_socket_takes_at_once) {
  ParkingServer server;
  tcp::socket peer = server.connect();
  say(peer, std::string(kPark) + std::string(kPing));
  const auto parked = server.parked();
  ASSERT_TRUE(parked);

  parked->send({.body = std::string(32U << 20, 'a')});

  const std::string heard = hear_until(peer, "/ping");
  EXPECT_EQ(std::ranges::count(heard, 'a') >> 20, 32);
}

TEST(Listener, refuses_a_connection_above_its_limit_and_takes_one_again_when_there_is_room) {
  ParkingServer server(1);
  tcp::socket first = server.connect();
  say(first, kPing);
  EXPECT_THAT(hear_until(first, "/ping"), HasSubstr(" 200 "));

  tcp::socket second = server.connect();
  EXPECT_THAT(hear_until(second, "open.\n"), AllOf(HasSubstr(" 503 "), HasSubstr("Retry-After: 5\r\n")));

  first.close();
  while (server.open_connections() > 0)
    std::this_thread::yield();
  tcp::socket third = server.connect();
  say(third, kPing);
  EXPECT_THAT(hear_until(third, "/ping"), HasSubstr(" 200 "));
}

TEST(Addresses, are_host_and_port) {
  EXPECT_EQ(parse_address("127.0.0.1:0")->port, 0);
  EXPECT_EQ(parse_address("[::1]:8008")->host, "::1");
  EXPECT_EQ(parse_address(":80")->host, "0.0.0.0");
  for (const char* text : {"", "8008", "localhost", "a:", "a:x", "a:70000", "a:1x"})
    EXPECT_FALSE(parse_address(text)) << text;
}

}  // namespace
}  // namespace jarvis::server::http
