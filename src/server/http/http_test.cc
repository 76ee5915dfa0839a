#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/arguments.h"
#include "server/http/envelope.h"
#include "server/http/listener.h"

namespace jarvis::server::http {
namespace {

json::object query(std::string_view text) {
  json::object out;
  merge_urlencoded(text, out);
  return out;
}

TEST(Arguments, get_their_types_from_their_text) {
  EXPECT_EQ(to_text(query("a=1&b=01&c=true&d=False&e=x%20y+z&f=-1&g=")),
            R"({"a":1,"b":1,"c":true,"d":false,"e":"x y z","f":"-1","g":""})");
  EXPECT_EQ(query("a=1.5").at("a").as_double(), 1.5);
  EXPECT_EQ(query("a=1.2.3").at("a").as_string(), "1.2.3");
}

TEST(Arguments, nest_by_dots_and_gather_in_lists) {
  EXPECT_EQ(to_text(query("a.b.c=1&a.d=2&l[]=1&m=1&m=2&l[]=x")), R"({"a":{"b":{"c":1},"d":2},"l":[1,"x"],"m":[1,2]})");
}

TEST(Arguments, come_from_body_then_query) {
  EXPECT_EQ(to_text(read_arguments("text/plain", R"({"a":1,"b":2})", "b=3").value()), R"({"a":1,"b":3})");
  EXPECT_EQ(to_text(read_arguments("application/x-www-form-urlencoded", "a=2", "a=1").value()), R"({"a":2})");
  EXPECT_FALSE(read_arguments("", "[1]", ""));
  EXPECT_TRUE(read_arguments("", "[]", "")->empty());
}

TEST(Arguments, come_from_the_fields_of_a_multipart_form_which_may_bring_no_file) {
  const auto part = [](std::string_view head, std::string_view text) {
    return "--B\r\nContent-Disposition: form-data; " + std::string(head) + "\r\n\r\n" + std::string(text) + "\r\n";
  };
  const auto read = [](const std::string& body) {
    return read_arguments("multipart/form-data; boundary=B", body, "b=3");
  };

  EXPECT_EQ(
      to_text(read(part("name=a.b", "1") + part("name=\"l[]\"", "x & y=z") + part("name=\"l[]\"", "2") + "--B--\r\n")
                  .value()),
      R"({"b":3,"a":{"b":1},"l":["x & y=z",2]})");
  const auto file = read(part("name=\"a\"; filename=\"f.txt\"", "1") + "--B--\r\n");
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message(), testing::HasSubstr("'a' is a file"));
  EXPECT_FALSE(read(part("name=a", "1")));
  EXPECT_FALSE(read_arguments("multipart/form-data", "--B--", ""));
}

TEST(Target, has_version_service_and_action) {
  EXPECT_EQ(parse_target("/v2.13/tasks.get_by_id/")->endpoint, "tasks.get_by_id");
  EXPECT_EQ(parse_target("/v2.13/a.b")->version, (ApiVersion{2, 13}));
  EXPECT_FALSE(parse_target("/a.b")->version.has_value());
  for (const char* path : {"", "/", "/v2/a.b", "/x/a.b", "/a", "/v2.1/a.b/c", "/a.b.c", "/v99999999999.1/a.b"}) {
    EXPECT_FALSE(parse_target(path)) << path;
  }
}

TEST(Envelope, splices_stored_text_and_escapes_the_rest) {
  const Meta meta{
      .id = "i", .trx = "a\"b", .endpoint = "t.e", .requested = ApiVersion{2, 20}, .actual = ApiVersion{2, 1}};

  const auto parsed = parse_json_object(envelope(meta, Reply::raw(R"({"task":{"id":"x"}})")));

  ASSERT_TRUE(parsed);
  EXPECT_EQ(get_string_or(*get_object(*parsed, "meta"), "trx", ""), "a\"b");
  EXPECT_EQ(to_text(parsed->at("data")), R"({"task":{"id":"x"}})");
}

TEST(Envelope, carries_the_code_of_a_refusal) {
  const auto parsed = parse_json_object(envelope({}, ApiError(api::invalid_task_id, "id=x")));

  const json::object& meta = *get_object(*parsed, "meta");
  EXPECT_EQ(get_int(meta, "result_code"), 400);
  EXPECT_EQ(get_int(meta, "result_subcode"), 101);
  EXPECT_THAT(get_string_or(meta, "result_msg", ""), testing::HasSubstr("id=x"));
}

TEST(Cookies, are_found_by_their_whole_name) {
  HttpRequest request;
  request.headers.emplace("cookie", "a_token=1; token=2;x=3");

  EXPECT_EQ(request.cookie("token"), "2");
  EXPECT_EQ(request.cookie("toke"), "");
}

TEST(Addresses, are_host_and_port) {
  EXPECT_EQ(parse_address("[::1]:80")->host, "::1");
  EXPECT_EQ(parse_address(":80")->host, "0.0.0.0");
  for (const char* text : {"", "localhost", "a:", "a:x", "a:70000"})
    EXPECT_FALSE(parse_address(text)) << text;
}

}  // namespace
}  // namespace jarvis::server::http
