#include "server/http/web_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jarvis::server::http {
namespace {

const WebAddresses kAddresses{.api = "http://api:8008", .files = "http://files:8081", .web = "http://web:8080"};
constexpr WebAsset kAssets[] = {{"/index.html", "text/html", "page", "packed page"},
                                {"/sandbox.html", "text/html", "sandbox", "packed sandbox"},
                                {"/assets/a-1.js", "text/javascript", "code", "packed code"}};

HttpResponse get(std::string target, std::string encoding = "", std::string method = "GET", std::string host = "") {
  HttpRequest request{.method = std::move(method), .target = std::move(target), .headers = {}, .body = {}, .peer = {}};
  if (!encoding.empty()) request.headers.emplace("Accept-Encoding", encoding);
  if (!host.empty()) request.headers.emplace("Host", host);
  return web_page(request, kAddresses, kAssets);
}

std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(WebPage, every_path_that_is_no_file_is_a_page_of_the_ui) {
  EXPECT_EQ(get("/").body, "page");
  EXPECT_EQ(get("/tasks/1/console?x=a.b").body, "page");
  EXPECT_EQ(get("/assets/a-1.js").body, "code");
  EXPECT_EQ(get("/workers/gpu-1.example.org:0").body, "page");
  EXPECT_EQ(get("/assets/gone.js").status, 404);
  EXPECT_EQ(get("/favicon.ico").status, 404);
  EXPECT_EQ(get("/", "", "POST").status, 405);
  EXPECT_EQ(get("/healthz").body, "ok\n");
}

TEST(WebPage, runs_only_scripts_of_this_server_and_shows_only_files_of_its_file_server) {
  const std::string policy = header(get("/"), "Content-Security-Policy");

  EXPECT_THAT(policy, testing::HasSubstr("default-src 'none'; script-src 'self'; style-src 'self';"));
  EXPECT_THAT(policy, testing::HasSubstr("frame-src 'self' http://files:8081;"));
  EXPECT_THAT(policy, testing::Not(testing::HasSubstr("unsafe")));
  const std::string there = header(get("/", "", "GET", "gpu.example.org:8080"), "Content-Security-Policy");
  EXPECT_THAT(there, testing::HasSubstr("media-src https: http://files:8081 http://gpu.example.org:8081;"));
  EXPECT_EQ(header(get("/", "", "GET", "x; script-src *"), "Content-Security-Policy"), policy);
}

TEST(WebPage, draws_plots_in_a_sandbox_that_gets_its_scripts_as_a_stranger) {
  const std::string policy = header(get("/sandbox.html"), "Content-Security-Policy");

  EXPECT_THAT(policy, testing::StartsWith("sandbox allow-scripts; default-src 'none';"));
  EXPECT_THAT(policy, testing::Not(testing::HasSubstr("connect-src")));
  EXPECT_THAT(policy, testing::Not(testing::HasSubstr("http")));
  EXPECT_EQ(header(get("/assets/a-1.js"), "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(header(get("/"), "Access-Control-Allow-Origin"), "");
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
