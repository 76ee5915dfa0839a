// Request schemas: compiled once from api/*.json, then each body is checked against its action's before a handler sees
// it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace jarvis::wire {

/// A subset of JSON Schema: type, properties, required, items, enum, additionalProperties, $ref to #/definitions.
/// Lenient where the wire is: null stands for "not given" in any optional field; a whole number passes as an integer
/// and an integer as a number; a single string passes where a list of strings is meant. Immutable: thread-safe.
class Schema {
 public:
  /// `document` is an action's schema with its own definitions.
  static Result<Schema> compile(const json::object& document);

  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;
  ~Schema();

  /// Errors: invalid_argument, "hyperparams.Args: expected an object, got a list".
  Status check(const json::object& body) const;
  /// Names in the body that the schema does not know: ignored by the server, counted by it.
  std::size_t unknown_fields(const json::object& body) const;

  struct Node;

 private:
  Schema();
  std::map<std::string, std::unique_ptr<Node>, std::less<>> definitions_;
  std::unique_ptr<Node> root_;
};

/// "tasks.get_by_id" → its schema, for every action of the embedded api/*.json.
using SchemaTable = std::map<std::string, Schema, std::less<>>;
Result<SchemaTable> compile_all();

}  // namespace jarvis::wire
