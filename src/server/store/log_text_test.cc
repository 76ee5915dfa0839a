// What a screen shows of a log's lines.
#include "server/store/log_text.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

namespace jarvis::server::store {
namespace {

TEST(LogText, is_what_was_written_last_without_escape_sequences) {
  std::string room;
  EXPECT_EQ(shown_text("10%\r50%\rdone\r\r", room), "done");
  EXPECT_EQ(shown_text("an \x1b[1;31mEr\x1b[0mror\x1b", room), "an Error");
  EXPECT_EQ(shown_text("half \x1b[3", room), "half ");
}

TEST(LogText, shows_a_pattern_in_one_of_its_lines) {
  const re2::RE2 pattern("^error$");
  EXPECT_TRUE(shows("error", pattern));
  EXPECT_TRUE(shows("first\nerr\x1b[0mor\nlast", pattern));
  EXPECT_FALSE(shows("error\rgone", pattern));
  EXPECT_FALSE(shows("no error\nat all", pattern));
}

}  // namespace
}  // namespace jarvis::server::store
