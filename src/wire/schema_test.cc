#include "wire/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jarvis::wire {
namespace {

using testing::HasSubstr;

Schema schema_of(std::string_view text) {
  return Schema::compile(parse_json_object(text).value()).value();
}

std::string refusal(const Schema& schema, std::string_view body) {
  const Status status = schema.check(parse_json_object(body).value());
  return status ? "" : status.error().message();
}

const char* const kText = R"({
  "definitions": {"kind": {"enum": ["a", "b"], "type": "string"}},
  "type": "object", "required": ["task"],
  "properties": {
    "task": {"type": "string"}, "count": {"type": "integer"}, "rate": {"type": "number"},
    "kind": {"$ref": "#/definitions/kind"}, "ids": {"type": ["array", "null"], "items": {"type": "string"}},
    "params": {"type": "object", "additionalProperties": {"type": "object"}}}})";

TEST(Schema, names_the_path_of_what_is_wrong) {
  const Schema schema = schema_of(kText);

  EXPECT_THAT(refusal(schema, R"({})"), HasSubstr("task: required"));
  EXPECT_THAT(refusal(schema, R"({"task": 1})"), HasSubstr("task: expected a string, got an integer"));
  EXPECT_THAT(refusal(schema, R"({"task": "t", "ids": ["a", 2]})"), HasSubstr("ids[1]: expected a string"));
  EXPECT_THAT(refusal(schema, R"({"task": "t", "params": {"Args": 1}})"), HasSubstr("params.Args: expected an object"));
  EXPECT_THAT(refusal(schema, R"({"task": "t", "kind": "c"})"), HasSubstr("kind: \"c\" is not one of"));
}

TEST(Schema, is_lenient_where_the_wire_is) {
  const Schema schema = schema_of(kText);

  EXPECT_EQ(refusal(schema, R"({"task": "t", "ids": "one", "count": 3.0, "rate": 1, "kind": null, "method": "get"})"),
            "");
  EXPECT_EQ(schema.unknown_fields(parse_json_object(R"({"task": "t", "method": "get"})").value()), 1U);
}

TEST(Schema, a_number_that_is_none_is_taken_where_it_says_so) {
  const Schema schema = schema_of(R"({"type": "object", "properties": {
    "free": {"type": "number", "nan": true}, "cards": {"type": "array", "items": {"type": "number", "nan": true}},
    "value": {"type": "number"}}})");

  EXPECT_EQ(refusal(schema, R"({"free": "NaN", "cards": [1, "-Infinity"]})"), "");
  EXPECT_THAT(refusal(schema, R"({"free": "much"})"), HasSubstr("free: expected a number"));
  EXPECT_THAT(refusal(schema, R"({"value": "NaN"})"), HasSubstr("value: expected a number"));
}

TEST(Schema, a_required_null_counts_as_missing) {
  EXPECT_THAT(refusal(schema_of(kText), R"({"task": null})"), HasSubstr("required"));
}

TEST(SchemaTable, compiles_every_action_of_the_api) {
  const auto table = compile_all();

  ASSERT_TRUE(table) << table.error().message();
  for (const char* action : {"tasks.get_by_id", "queues.get_next_task", "auth.login", "debug.ping", "events.add"}) {
    EXPECT_TRUE(table->contains(action)) << action;
  }
}

}  // namespace
}  // namespace jarvis::wire
