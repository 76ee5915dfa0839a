#include "config/hocon.h"

#include <algorithm>

#include "config/hocon_parser.h"
#include "proc/files.h"

namespace jarvis::config {
namespace {

constexpr int kResolveDepthMax = 64;

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> out;
  std::string key;
  bool is_quoted = false;
  for (const char c : path) {
    if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == '.' && !is_quoted) {
      out.push_back(std::exchange(key, {}));
    } else {
      key += c;
    }
  }
  out.push_back(std::move(key));
  return out;
}

NodePtr find_in(const NodePtr& root, std::string_view path) {
  NodePtr node = root;
  for (const std::string& key : split_path(path)) {
    if (!node || node->kind != Node::Kind::object) return nullptr;
    node = node->field(key);
  }
  return node;
}

/// Replaces substitutions and concatenations by what they stand for. A cycle ends at the depth bound.
class Resolver {
 public:
  Resolver(NodePtr root, const ParseOptions& options) : root_(std::move(root)), options_(options) {}

  /// nullptr: an optional substitution that names nothing.
  Result<NodePtr> resolve(const NodePtr& node, int depth) {
    if (depth > kResolveDepthMax || ++steps_ > 200'000) {
      return invalid_argument(node->origin.text() + ": substitutions refer to each other without end");
    }
    switch (node->kind) {
      case Node::Kind::null:
      case Node::Kind::scalar:
        return node;
      case Node::Kind::list:
        return resolve_list(node, depth);
      case Node::Kind::object:
        return resolve_object(node, depth);
      case Node::Kind::substitution:
        return substitute(*node, depth);
      case Node::Kind::concatenation:
        return concatenate(*node, depth);
    }
    return node;
  }

 private:
  Result<NodePtr> resolve_list(const NodePtr& node, int depth) {
    auto out = std::make_shared<Node>(Node{.kind = Node::Kind::list, .origin = node->origin});
    for (const NodePtr& item : node->items) {
      TRY(NodePtr resolved, resolve(item, depth + 1));
      if (resolved) out->items.push_back(std::move(resolved));
    }
    return NodePtr(std::move(out));
  }

  Result<NodePtr> resolve_object(const NodePtr& node, int depth) {
    auto out = std::make_shared<Node>(Node{.kind = Node::Kind::object, .origin = node->origin});
    for (const auto& [key, value] : node->fields) {
      TRY(NodePtr resolved, resolve(value, depth + 1));
      if (resolved) out->fields.emplace_back(key, std::move(resolved));
    }
    return NodePtr(std::move(out));
  }

  Result<NodePtr> substitute(const Node& node, int depth) {
    if (const NodePtr found = node.is_outer ? nullptr : find_in(root_, node.text)) return resolve(found, depth + 1);
    if (options_.environment) {
      if (auto value = options_.environment(node.text)) {
        return std::make_shared<Node>(
            Node{.kind = Node::Kind::scalar, .text = std::move(*value), .origin = node.origin});
      }
    }
    if (node.is_optional) return NodePtr();
    return invalid_argument(node.origin.text() + ": ${" + node.text + "} names nothing in the file or the environment");
  }

  Result<NodePtr> concatenate(const Node& node, int depth) {
    NodePtr out;
    for (const NodePtr& part : node.items) {
      TRY(const NodePtr resolved, resolve(part, depth + 1));
      if (!resolved) continue;
      if (!out) {
        out = std::make_shared<Node>(*resolved);
      } else if (out->kind == Node::Kind::list && resolved->kind == Node::Kind::list) {
        out->items.insert(out->items.end(), resolved->items.begin(), resolved->items.end());
      } else if (out->kind == Node::Kind::object && resolved->kind == Node::Kind::object) {
        for (const auto& [key, value] : resolved->fields)
          set_field(*out, key, value);
      } else if (out->kind == Node::Kind::scalar && resolved->kind == Node::Kind::scalar) {
        out->text += resolved->text;
        out->is_quoted = true;
      } else if (resolved->kind == Node::Kind::scalar && resolved->text.find_first_not_of(" \t") == std::string::npos) {
        continue;  // white space between a list or object and what follows it
      } else if (out->kind == Node::Kind::scalar && out->text.find_first_not_of(" \t") == std::string::npos) {
        out = std::make_shared<Node>(*resolved);
      } else {
        return invalid_argument(node.origin.text() + ": a list or object cannot be joined with text");
      }
      if (out->text.size() > kHoconBytesMax) return invalid_argument(node.origin.text() + ": the value is too long");
    }
    return out;
  }

  NodePtr root_;
  const ParseOptions& options_;
  int steps_ = 0;
};

}  // namespace

NodePtr Node::field(std::string_view key) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == key; });
  return found == fields.end() ? nullptr : found->second;
}

Tree::Tree() : root_(std::make_shared<Node>(Node{.kind = Node::Kind::object})) {}

Result<Tree> Tree::parse(std::string_view text, const std::string& file, const ParseOptions& options) {
  TRY(const NodePtr raw, parse_hocon(text, file, options, 0));
  Resolver resolver(raw, options);
  Tree tree;
  TRY(tree.root_, resolver.resolve(raw, 0));
  return tree;
}

Result<Tree> Tree::load(const std::filesystem::path& path, ParseOptions options) {
  TRY(const std::string text, proc::read_file(path));
  options.directory = path.parent_path();
  return parse(text, path.filename().string(), options);
}

NodePtr Tree::find(std::string_view dotted_path) const {
  return find_in(root_, dotted_path);
}

json::value to_json(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
    case Node::Kind::substitution:
    case Node::Kind::concatenation:
      return nullptr;
    case Node::Kind::list: {
      json::array out;
      for (const NodePtr& item : node.items)
        out.push_back(to_json(*item));
      return out;
    }
    case Node::Kind::object: {
      json::object out;
      for (const auto& [key, value] : node.fields)
        out[key] = to_json(*value);
      return out;
    }
    case Node::Kind::scalar:
      break;
  }
  if (!node.is_quoted) {
    if (node.text == "true" || node.text == "yes" || node.text == "on") return true;
    if (node.text == "false" || node.text == "no" || node.text == "off") return false;
    const bool is_number = !node.text.empty() && node.text.find_first_not_of("0123456789+-.eE") == std::string::npos;
    if (auto number = is_number ? parse_json(node.text) : Result<json::value>(invalid_argument(""));
        number && number->is_number())
      return *number;
  }
  return json::string(node.text);
}

}  // namespace jarvis::config
