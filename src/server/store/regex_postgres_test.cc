// PostgreSQL finds what RE2 finds: every pattern over every text, in the real database.
#include "server/store/regex_postgres.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include "server/store/store_fixture.h"

namespace jarvis::server::store {
namespace {

const std::vector<std::string> kPatterns{
    "",
    "train",
    "^train",
    "train$",
    "^$",
    "a.b",
    "(?s)a.b",
    "a|",
    "(a|b)+c*?",
    "(?:ab){2}",
    "a{2,}",
    "a{,2}",
    "{",
    "a{0,3}b",
    "\\bcat\\b",
    "\\Bat",
    "\\d+",
    "\\D",
    "[\\s\\S]x",
    "[^\\d]",
    "[[:alpha:]_]+9",
    "[[:^alpha:]]",
    "[]a]",
    "[^]a]",
    "[a-]",
    "[\\]\\\\]",
    "a\\.b",
    "\\$x",
    "\\x41",
    "\\x{fc}",
    "\\101",
    "\\Qa.b\\E",
    "(?i)STRASSE|ÜBER",
    "(?i:t)rain",
    "a(?i)B",
    "(?i)[k-m]+",
    "(?i)[^k]$",
    "(?m)^two$",
    "(?P<name>o)ne",
    "^*a",
    "ü",
    "[à-ÿ]",
    "\\t",
    "(?-s).\\n.",
    "\\w\\W\\w",
    "\\Atwo|\\Aone",
    "one\\z",
    "***",
    "(?:)*a",
};
const std::vector<std::string> kTexts{
    "",          "train", "Train",     "a train", "trainer", "a\nb",   "axb", "a.b",      "aab", "abab c",
    "a cat sat", "chat",  "12",        "x\n",     "x_9",     "]",      "-",   "\\",       "$x",  "A",
    "ü",         "ÜBER",  "über",      "é",       "K",       "\u212A", "kLm", "one\ntwo", "two", "\tx",
    "{",         "aaa",   "{,2}a{,2}", "straße",  "STRASSE", "a b",    "one",
};

class PatternTest : public testing::Test {
 protected:
  PatternTest() : dir_(proc::TempDir::make("/tmp", "jarvis-regex-").value()), store_(kPostgres.open(dir_.path())) {}

  Result<bool> finds(const std::string& pattern, const std::string& text) {
    return store_->read([&](Transaction& tx) -> Result<bool> {
      TRY(const Rows rows, tx.run_sql("SELECT ($1::text COLLATE \"C\") ~ $2::text", {text, pattern}));
      return rows.front().integer(0) != 0;
    });
  }

  proc::TempDir dir_;
  std::unique_ptr<Store> store_;
};

TEST_F(PatternTest, finds_what_re2_finds) {
  for (const bool ignore_case : {false, true}) {
    for (const std::string& pattern : kPatterns) {
      re2::RE2::Options options(re2::RE2::Quiet);
      options.set_case_sensitive(!ignore_case);
      const re2::RE2 reference(pattern, options);
      const auto translated = regex_for_postgres(pattern, ignore_case);
      ASSERT_EQ(translated.has_value(), reference.ok()) << pattern;
      if (!translated) continue;
      for (const std::string& text : kTexts) {
        const auto found = finds(*translated, text);
        ASSERT_TRUE(found) << pattern << " as " << *translated << ": " << found.error().message();
        EXPECT_EQ(*found, re2::RE2::PartialMatch(text, reference))
            << pattern << " as " << *translated << " in '" << text << "'" << (ignore_case ? ", any case" : "");
      }
    }
  }
}

TEST_F(PatternTest, what_cannot_be_said_is_refused_by_name) {
  for (const auto& [pattern, word] : {std::pair{"\\pL", "Unicode class"}, {"a{256}", "255"}, {"\\C", "byte"}}) {
    const auto translated = regex_for_postgres(pattern, false);

    ASSERT_FALSE(translated) << pattern;
    EXPECT_EQ(translated.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(translated.error().message(), testing::HasSubstr(word));
  }
}

}  // namespace
}  // namespace jarvis::server::store
