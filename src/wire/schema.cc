#include "wire/schema.h"

#include <algorithm>

#include "base/embedded.h"
#include "base/python_json.h"

namespace jarvis::embedded {
extern const std::span<const File> api_schemas;
}

namespace jarvis::wire {
namespace {

enum TypeBit : unsigned { kNull = 1, kBool = 2, kInteger = 4, kNumber = 8, kString = 16, kList = 32, kObject = 64 };

unsigned type_bit(std::string_view name) {
  if (name == "null") return kNull;
  if (name == "boolean") return kBool;
  if (name == "integer") return kInteger;
  if (name == "number") return kNumber;
  if (name == "string") return kString;
  if (name == "array") return kList;
  if (name == "object") return kObject;
  return 0;
}

std::string_view kind_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "a boolean";
    case json::kind::int64:
    case json::kind::uint64:
      return "an integer";
    case json::kind::double_:
      return "a number";
    case json::kind::string:
      return "a string";
    case json::kind::array:
      return "a list";
    case json::kind::object:
      return "an object";
  }
  return "?";
}

std::string expected_text(unsigned types) {
  std::string out;
  const auto add = [&](unsigned bit, std::string_view name) {
    if ((types & bit) != 0) out += (out.empty() ? "" : " or ") + std::string(name);
  };
  add(kBool, "a boolean");
  add(kInteger, "an integer");
  add(kNumber, "a number");
  add(kString, "a string");
  add(kList, "a list");
  add(kObject, "an object");
  return out.empty() ? "null" : out;
}

bool is_whole(const json::value& value) {
  return value.is_int64() || value.is_uint64() ||
         (value.is_double() &&
          value.get_double() == static_cast<double>(static_cast<std::int64_t>(value.get_double())));
}

bool has_type(unsigned types, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return true;
    case json::kind::bool_:
      return (types & kBool) != 0;
    case json::kind::int64:
    case json::kind::uint64:
      return (types & (kInteger | kNumber)) != 0;
    case json::kind::double_:
      return (types & kNumber) != 0 || ((types & kInteger) != 0 && is_whole(value));
    case json::kind::string:
      return (types & kString) != 0;
    case json::kind::array:
      return (types & kList) != 0;
    case json::kind::object:
      return (types & kObject) != 0;
  }
  return false;
}

}  // namespace

struct Schema::Node {
  unsigned types = 0;  // 0: anything
  std::map<std::string, std::unique_ptr<Node>, std::less<>> properties;
  std::vector<std::string> required;
  std::unique_ptr<Node> items;
  std::unique_ptr<Node> additional;
  std::vector<json::value> allowed;  // enum
  bool may_be_nan = false;           // "nan": a number that is none is as good as null
  const Node* reference = nullptr;
  std::string reference_name;

  const Node& resolved() const { return reference == nullptr ? *this : *reference; }
  Status check(const json::value& value, const std::string& path) const;
  Status check_object(const json::object& object, const std::string& path) const;
};

namespace {

std::unique_ptr<Schema::Node> build(const json::object& schema) {
  auto node = std::make_unique<Schema::Node>();
  if (const auto reference = get_string(schema, "$ref")) {
    node->reference_name = reference->substr(reference->rfind('/') + 1);
    return node;
  }
  for (const std::string& name : get_strings(schema, "type"))
    node->types |= type_bit(name);
  node->required = get_strings(schema, "required");
  node->may_be_nan = get_bool_or(schema, "nan", false);
  if (const auto* properties = get_object(schema, "properties")) {
    for (const auto& [name, inner] : *properties) {
      if (inner.is_object()) node->properties.emplace(name, build(inner.get_object()));
    }
  }
  if (const auto* items = get_object(schema, "items")) node->items = build(*items);
  if (const auto* additional = get_object(schema, "additionalProperties")) node->additional = build(*additional);
  if (const auto* allowed = get_array(schema, "enum")) node->allowed.assign(allowed->begin(), allowed->end());
  return node;
}

template <typename Definitions>
Status link(Schema::Node& node, const Definitions& definitions) {
  if (!node.reference_name.empty()) {
    const auto found = definitions.find(node.reference_name);
    if (found == definitions.end()) return internal_error("schema refers to unknown definition " + node.reference_name);
    node.reference = found->second.get();
    return {};
  }
  for (auto& [name, inner] : node.properties)
    CHECK_OK(link(*inner, definitions));
  if (node.items) CHECK_OK(link(*node.items, definitions));
  if (node.additional) CHECK_OK(link(*node.additional, definitions));
  return {};
}

Error mismatch(const std::string& path, std::string_view what) {
  return invalid_argument((path.empty() ? "body" : path) + ": " + std::string(what));
}

}  // namespace

Status Schema::Node::check(const json::value& value, const std::string& path) const {
  const Node& node = resolved();
  if (value.is_null() || (node.may_be_nan && is_python_nan(value))) return {};
  if (node.types != 0 && !has_type(node.types, value)) {
    const bool single_for_list = (node.types & kList) != 0 && value.is_string();
    if (!single_for_list) {
      return mismatch(path, "expected " + expected_text(node.types) + ", got " + std::string(kind_name(value)));
    }
  }
  if (!node.allowed.empty() && !value.is_array() &&
      std::find(node.allowed.begin(), node.allowed.end(), value) == node.allowed.end()) {
    return mismatch(path, json::serialize(value) + " is not one of " +
                              json::serialize(json::array(node.allowed.begin(), node.allowed.end())));
  }
  if (value.is_object()) return node.check_object(value.get_object(), path);
  if (value.is_array() && node.items) {
    std::size_t index = 0;
    for (const json::value& item : value.get_array())
      CHECK_OK(node.items->check(item, path + "[" + std::to_string(index++) + "]"));
  }
  return {};
}

Status Schema::Node::check_object(const json::object& object, const std::string& path) const {
  const std::string prefix = path.empty() ? "" : path + ".";
  for (const std::string& name : required) {
    const json::value* given = object.if_contains(name);
    if (given == nullptr || given->is_null()) return mismatch(prefix + name, "required, but missing");
  }
  for (const auto& [name, value] : object) {
    const auto property = properties.find(std::string_view(name));
    if (property != properties.end()) {
      CHECK_OK(property->second->check(value, prefix + std::string(name)));
    } else if (additional) {
      CHECK_OK(additional->check(value, prefix + std::string(name)));
    }
  }
  return {};
}

Schema::Schema() = default;
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;
Schema::~Schema() = default;

Result<Schema> Schema::compile(const json::object& document) {
  Schema schema;
  if (const auto* definitions = get_object(document, "definitions")) {
    for (const auto& [name, inner] : *definitions) {
      if (inner.is_object()) schema.definitions_.emplace(name, build(inner.get_object()));
    }
  }
  schema.root_ = build(document);
  for (auto& [name, node] : schema.definitions_)
    CHECK_OK(link(*node, schema.definitions_));
  CHECK_OK(link(*schema.root_, schema.definitions_));
  return schema;
}

Status Schema::check(const json::object& body) const {
  return root_->check_object(body, "");
}

std::size_t Schema::unknown_fields(const json::object& body) const {
  return static_cast<std::size_t>(std::count_if(body.begin(), body.end(), [&](const auto& field) {
    return !root_->properties.contains(std::string_view(field.key()));
  }));
}

Result<SchemaTable> compile_all() {
  SchemaTable table;
  for (const embedded::File& file : embedded::api_schemas) {
    if (file.name == "extensions.json") continue;
    TRY(const json::object document, parse_json_object(file.text));
    const std::string service = get_string_or(document, "service", "");
    const json::object* actions = get_object(document, "actions");
    if (actions == nullptr) return internal_error(std::string(file.name) + " has no actions");
    for (const auto& [action, schema] : *actions) {
      auto compiled = Schema::compile(schema.as_object());
      if (!compiled) return std::move(compiled).error().context(service + "." + std::string(action));
      table.emplace(service + "." + std::string(action), std::move(*compiled));
    }
  }
  return table;
}

}  // namespace jarvis::wire
