#include "server/http/multipart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jarvis::server::http {
namespace {

struct Parts {
  std::string text;
  Status status;
  bool is_complete = false;
};

Parts read(std::string_view body, std::size_t border) {
  Parts parts;
  MultipartReader reader("B", {.begin_part = [&](const MultipartReader::Part& part) -> Status {
                                 parts.text += (part.is_file ? "<file " : "<") + part.name + ">";
                                 return {};
                               },
                               .data = [&](std::string_view bytes) -> Status {
                                 parts.text += bytes;
                                 return {};
                               },
                               .end_part = [&]() -> Status {
                                 parts.text += "</>";
                                 return {};
                               }});
  parts.status = reader.add(body.substr(0, border));
  if (parts.status) parts.status = reader.add(body.substr(border));
  parts.is_complete = reader.is_complete();
  return parts;
}

TEST(Multipart, reads_the_same_at_every_chunk_border) {
  const std::string body =
      "--B\r\nContent-Disposition: form-data; name=\"a/b \\\"c\\\"\"; filename=\"f\"\r\nContent-Type: "
      "x\r\n\r\none\r\n--Btwo\r\n"
      "\r\n--B\r\nContent-Disposition: form-data; name=second\r\n\r\n\r\n--B--\r\n";
  for (std::size_t border = 0; border <= body.size(); ++border) {
    const Parts parts = read(body, border);
    ASSERT_TRUE(parts.is_complete == false || parts.status) << border;
  }
  const std::string good =
      "--B\r\nContent-Disposition: form-data; name=\"a/b \\\"c\\\"\"; filename=\"f\"\r\n\r\none\r\n-Btwo\r\n"
      "\r\n--B\r\nContent-Disposition: form-data; name=second\r\n\r\n\r\n--B--\r\n";
  for (std::size_t border = 0; border <= good.size(); ++border) {
    const Parts parts = read(good, border);
    ASSERT_TRUE(parts.status) << border << parts.status.error().message();
    EXPECT_TRUE(parts.is_complete);
    EXPECT_EQ(parts.text, "<file a/b \"c\">one\r\n-Btwo\r\n</><second></>") << border;
  }
}

TEST(Multipart, refuses_what_is_none) {
  EXPECT_FALSE(read(std::string(100'000, 'x'), 0).status);
  EXPECT_FALSE(read("--B\r\nX: y\r\n\r\ndata\r\n--B--", 0).status);
  EXPECT_FALSE(boundary_of("application/json").has_value());
  EXPECT_EQ(boundary_of("multipart/form-data; boundary=\"a b\""), "a b");
}

}  // namespace
}  // namespace jarvis::server::http
