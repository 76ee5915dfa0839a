#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/python_json.h"
#include "base/words.h"

namespace jarvis {
namespace {

TEST(Iso, writes_microseconds_and_a_utc_offset) {
  EXPECT_EQ(to_iso(WallTime{0}), "1970-01-01T00:00:00.000000+00:00");
  EXPECT_EQ(to_iso(WallTime{-1}), "1969-12-31T23:59:59.999999+00:00");
}

TEST(Iso, reads_back_what_it_writes) {
  const WallTime time{1'795'465'000'123'456};

  const auto read = from_iso(to_iso(time));

  ASSERT_TRUE(read);
  EXPECT_EQ(read->us, time.us);
}

TEST(Iso, reads_dates_offsets_and_short_fractions) {
  EXPECT_EQ(from_iso("1970-01-02")->us, 86'400'000'000);
  EXPECT_EQ(from_iso("1970-01-01T01:00:00+01:00")->us, 0);
  EXPECT_EQ(from_iso("1970-01-01 00:00:01.5Z")->us, 1'500'000);
}

TEST(Iso, refuses_what_is_no_date) {
  for (const char* text : {"", "yesterday", "2026-13-01", "2026-02-30", "2026-01-01T", "2026-01-01T10:00:00x"}) {
    EXPECT_FALSE(from_iso(text)) << text;
  }
}

TEST(Base64, round_trips_every_length) {
  for (std::size_t size = 0; size < 20; ++size) {
    const std::string bytes = random_bytes(size);
    EXPECT_EQ(base64_decode(base64_encode(bytes)).value(), bytes);
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)).value(), bytes);
  }
}

TEST(Base64, refuses_what_its_alphabet_does_not_have) {
  EXPECT_EQ(base64_decode("+/8=").value(), "\xFB\xFF");
  EXPECT_EQ(base64url_decode("-_8").value(), "\xFB\xFF");
  EXPECT_FALSE(base64url_decode("+/8="));
  for (const char* text : {"a", "-_8=", "ab cd", "ab=d",
                           "\xC3\xA4"
                           "bc"})
    EXPECT_FALSE(base64_decode(text)) << text;
}

TEST(Digest, is_the_md5_that_names_metrics_on_the_wire) {
  EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
}

TEST(Ids, are_32_hex_digits_and_differ) {
  EXPECT_EQ(random_id().size(), 32U);
  EXPECT_NE(random_id(), random_id());
}

TEST(Json, refuses_text_that_nests_too_deep) {
  EXPECT_FALSE(parse_json(std::string(1000, '[')));
  EXPECT_FALSE(parse_json(std::string(200, '[') + std::string(200, ']')));
}

TEST(PythonJson, becomes_json) {
  EXPECT_EQ(from_python_json(R"({"a":NaN,"b":[-Infinity,Infinity],"c":-1.5e3})"),
            R"({"a":"NaN","b":["-Infinity","Infinity"],"c":-1.5e3})");
  EXPECT_EQ(from_python_json("[1000000000000000000000,7]"), "[1000000000000000000000.0,7]");
  EXPECT_EQ(from_python_json(R"("x\udc80y\ud83d")"), R"("x\ufffdy\ufffd")");
  EXPECT_EQ(from_python_json(R"("\ude00\ud83d\ud83d\ude00\\udc80")"), R"("\ufffd\ufffd\ud83d\ude00\\udc80")");
  EXPECT_EQ(from_python_json(R"({"NaN":"say \"NaN\" 1000000000000000000000"})"),
            R"({"NaN":"say \"NaN\" 1000000000000000000000"})");
  for (const char* bad : {"", "\"", "\"\\", "\"\\ud8", "NaNN", "{"})
    EXPECT_EQ(from_python_json(bad), bad);
}

TEST(PythonJson, is_read_and_what_is_neither_is_refused_as_it_came) {
  EXPECT_EQ(parse_python_json(R"({"a":NaN})").value(), json::value({{"a", "NaN"}}));
  EXPECT_EQ(parse_python_json("{\"a\":").error().message(), parse_json("{\"a\":").error().message());
  EXPECT_FALSE(parse_python_json("[NaNN]"));
}

TEST(Json, a_bare_string_counts_as_a_list_of_one) {
  const json::object object{{"id", "a"}, {"ids", {"a", "b"}}};

  EXPECT_EQ(get_strings(object, "id"), std::vector<std::string>{"a"});
  EXPECT_EQ(get_strings(object, "ids").size(), 2U);
  EXPECT_TRUE(get_strings(object, "none").empty());
}

TEST(Words, are_taken_apart_as_they_were_put_together) {
  const std::vector<std::string> words{"plain", "two words", "it's", "", "back\\slash"};

  EXPECT_EQ(split_words(quote_words(words)).value(), words);
  EXPECT_FALSE(split_words("'open"));
}

TEST(JsonFields, are_those_that_are_asked_for_whatever_stands_between_them) {
  const std::string text =
      R"( {"a": 1, "b\"": {"a": [1, "}]\\"]}, "c":"x,\"{" ,"d":[{}, []],"e":null,"f":{},"g":-1.5e3})";
  const json::object whole = parse_json_object(text).value();
  const std::vector<std::string> all{"a", "c", "d", "e", "f", "g"};

  for (const std::string& field : all)
    EXPECT_EQ(parse_json_fields(text, std::span(&field, 1)).value(), json::object({{field, whole.at(field)}})) << field;
  EXPECT_EQ(parse_json_fields(text, all)->size(), all.size());
  EXPECT_TRUE(parse_json_fields("{}", all)->empty());
}

TEST(JsonFields, of_broken_text_are_an_error) {
  const std::vector<std::string> wanted{"a"};
  for (const char* text :
       {"", "[]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"b\":\"", "{\"a\":tru}", "{\"a\":1 \"b\":2}"})
    EXPECT_FALSE(parse_json_fields(text, wanted)) << text;
}

}  // namespace
}  // namespace jarvis
