#include "server/http/web_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jarvis::server::http {
namespace {

const WebAddresses kAddresses{.api = "http://api:8008", .files = "http://files:8081", .web = "http://web:8080"};
constexpr WebAsset kAssets[] = {{"/index.html", "text/html", "page", "packed page"},
                                {"/assets/a-1.js", "text/javascript", "code", "packed code"}};

HttpResponse get(std::string target, std::string encoding = "", std::string method = "GET") {
  HttpRequest request{.method = std::move(method), .target = std::move(target), .headers = {}, .body = {}, .peer = {}};
  if (!encoding.empty()) request.headers.emplace("Accept-Encoding", encoding);
  return web_page(request, kAddresses, kAssets);
}

TEST(WebPage, every_path_that_is_no_file_is_a_page_of_the_ui) {
  EXPECT_EQ(get("/").body, "page");
  EXPECT_EQ(get("/tasks/1/console?x=a.b").body, "page");
  EXPECT_EQ(get("/assets/a-1.js").body, "code");
  EXPECT_EQ(get("/assets/gone.js").status, 404);
  EXPECT_EQ(get("/", "", "POST").status, 405);
  EXPECT_EQ(get("/healthz").body, "ok\n");
}

TEST(WebPage, tells_the_pages_where_clients_reach_the_server) {
  EXPECT_EQ(get("/addresses.json").body,
            R"({"api":"http://api:8008","files":"http://files:8081","web":"http://web:8080"})");
}

TEST(WebPage, is_packed_for_who_can_unpack_it) {
  const HttpResponse packed = get("/", "br, gzip");

  EXPECT_EQ(packed.body, "packed page");
  EXPECT_THAT(packed.headers, testing::Contains(testing::Pair("Content-Encoding", "gzip")));
}

TEST(WebPage, says_how_to_build_the_ui_when_there_is_none) {
  EXPECT_THAT(web_page({.method = "GET", .target = "/", .headers = {}, .body = {}, .peer = {}}, kAddresses, {}).body,
              testing::HasSubstr("./dev build"));
}

}  // namespace
}  // namespace jarvis::server::http
