#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/settings.h"
#include "proc/files.h"

namespace jarvis::config {
namespace {

std::string json_of(std::string_view text) {
  ParseOptions options;
  options.environment = [](std::string_view name) {
    return name == "HOME" ? std::optional<std::string>("/home/ann") : std::nullopt;
  };
  const auto tree = Tree::parse(text, "test.conf", options);
  return tree ? to_text(to_json(tree->root())) : tree.error().message();
}

struct Row {
  const char* text;
  const char* expected;
};

class Hocon : public testing::TestWithParam<Row> {};

TEST_P(Hocon, reads_as_expected) {
  EXPECT_EQ(json_of(GetParam().text), GetParam().expected) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    table, Hocon,
    testing::Values(Row{"", "{}"}, Row{"{\"a\": 1}", R"({"a":1})"},
                    Row{"a = 1 # comment\nb : text with spaces // another", R"({"a":1,"b":"text with spaces"})"},
                    Row{"a { b = 1 }\na.c = 2", R"({"a":{"b":1,"c":2}})"},
                    Row{"a { b = 1 }\na { b = 2, d = [1, 2\n3] }", R"({"a":{"b":2,"d":[1,2,3]}})"},
                    Row{"a = [1]\na += 2", R"({"a":[1,2]})"},
                    Row{"url: \"http://localhost:8008\"", R"({"url":"http://localhost:8008"})"},
                    Row{"url: http://localhost:8008 # c\nv=[http://a/b//c, https://d] // c",
                        R"({"url":"http://localhost:8008","v":["http://a/b//c","https://d"]})"},
                    Row{"a = //c\n{b = 1} //c\nh = x\nu = http://${h}//y",
                        R"({"a":{"b":1},"h":"x","u":"http://x//y"})"},
                    Row{"a = ${b} and ${b}\nb = x", R"({"a":"x and x","b":"x"})"},
                    Row{"l = [1] // c\nm = {}// c\nq = \"x\"// c", R"({"l":[1],"m":{},"q":"x"})"},
                    Row{"o { a = [1]\na = ${o.a} [2] }\nb = ${o.a}\nb += 3\np = x\np = ${?p}:y\nf = ${?f}z",
                        R"({"o":{"a":[1,2]},"b":[1,2,3],"p":"x:y","f":"z"})"},
                    Row{"a = ${?none}\nb = ${HOME}/x", R"({"b":"/home/ann/x"})"}, Row{"a = [1] [2]", R"({"a":[1,2]})"},
                    Row{"base {x = 1}\nd = ${base} {y = 2}", R"({"base":{"x":1},"d":{"x":1,"y":2}})"},
                    Row{"t = \"\"\"two\nlines\"\"\"\nn = null\nb = yes\nq = \"yes\"",
                        R"({"t":"two\nlines","n":null,"b":true,"q":"yes"})"},
                    Row{"\"quoted.key\".x = 15", R"({"quoted.key":{"x":15}})"}, Row{"include = 3", R"({"include":3})"},
                    Row{"a = -1e3,b = 10m", R"({"a":-1E3,"b":"10m"})"}));

TEST(HoconErrors, name_file_and_line) {
  for (const char* text :
       {"a = {", "\na = [1", "a = \"x", "a", "= 1", "a = ${x}", "a = ${a}", "a = [1] x", "a = \"\\q\"", "}"}) {
    const auto tree = Tree::parse(text, "test.conf");
    ASSERT_FALSE(tree) << text;
    EXPECT_THAT(tree.error().message(), testing::HasSubstr("test.conf:")) << text;
  }
}

TEST(HoconAppend, goes_on_for_as_long_as_the_file_does) {
  for (std::string text : {"a = []", "b = []\na = ${b}"}) {
    for (int i = 0; i < 1000; ++i)
      text += "\na += x";
    const auto tree = Tree::parse(text, "test.conf");
    ASSERT_TRUE(tree) << tree.error().message();
    EXPECT_EQ(tree->find("a")->items.size(), 1000U);
  }
}

TEST(HoconErrors, endless_nesting_is_refused_not_crashed_on) {
  EXPECT_FALSE(Tree::parse(std::string(100'000, '{'), "x"));
  EXPECT_FALSE(Tree::parse("a=" + std::string(100'000, '['), "x"));
  EXPECT_FALSE(Tree::parse("a=${b}\nb=${a}", "x"));
}

TEST(HoconInclude, merges_the_other_file_where_it_stands) {
  const auto dir = proc::TempDir::make("/tmp", "jarvis-hocon-").value();
  ASSERT_TRUE(proc::write_file_durably(dir.path() / "base.conf", "a { x = 1, y = 1 }"));
  ASSERT_TRUE(
      proc::write_file_durably(dir.path() / "main.conf", "include \"base.conf\"\ninclude \"none.conf\"\na.y = 2"));

  const auto tree = Tree::load(dir.path() / "main.conf");

  ASSERT_TRUE(tree) << tree.error().message();
  EXPECT_EQ(to_text(to_json(tree->root())), R"({"a":{"x":1,"y":2}})");
}

TEST(Settings, the_later_layer_wins_and_is_named) {
  const Tree file = Tree::parse("a = file\n\nb = file\nc = file", "jarvis.conf").value();
  proc::Environment environment;
  environment.set("JARVIS_B", "environment").set("JARVIS_C", "environment");
  const Settings settings(
      {{"a", {"JARVIS_A"}, "d"}, {"b", {"JARVIS_B"}, "d"}, {"c", {"JARVIS_C"}, "d"}, {"e", {"JARVIS_E"}, "d", true}},
      file, environment, {{"c", {"flag", "flag --c"}}});

  EXPECT_EQ(settings.at("a").origin, "jarvis.conf:1");
  EXPECT_EQ(settings.at("b").origin, "environment JARVIS_B");
  EXPECT_EQ(settings.at("c").origin, "flag --c");
  EXPECT_FALSE(settings.is_set("e"));
  EXPECT_THAT(settings.describe(), testing::HasSubstr("e = ****  # default"));
}

}  // namespace
}  // namespace jarvis::config
