// HOCON: JSON with comments, unquoted text, dotted keys, +=, include and ${substitution}. See the format's own
// description ("Human-Optimized Config Object Notation"). Values remember the line they come from.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace jarvis::config {

struct Origin {
  std::string file;
  int line = 0;
  std::string text() const { return file + ":" + std::to_string(line); }
};

struct Node;
using NodePtr = std::shared_ptr<Node>;

/// One value. After parsing, `parts` (concatenations, substitutions) are resolved and gone.
struct Node {
  enum class Kind : std::uint8_t { null, scalar, list, object, substitution, concatenation };
  Kind kind = Kind::null;
  std::string text;  // scalar, or the path of a substitution
  bool is_quoted = false;
  bool is_optional = false;                             // ${?path}
  bool is_outer = false;                                // ${x} in the first value of x: only the environment can tell
  std::vector<NodePtr> items;                           // list or concatenation
  std::vector<std::pair<std::string, NodePtr>> fields;  // object, in order
  Origin origin;

  NodePtr field(std::string_view key) const;
};

struct ParseOptions {
  /// For ${NAME} that the file does not define; empty: none.
  std::function<std::optional<std::string>(std::string_view)> environment;
  /// Where relative includes are looked up; empty: includes are refused.
  std::filesystem::path directory;
};

/// Immutable after parsing: thread-safe.
class Tree {
 public:
  Tree();
  /// Errors: invalid_argument "FILE:LINE: what is wrong"; bounded in depth and size.
  static Result<Tree> parse(std::string_view text, const std::string& file, const ParseOptions& options = {});
  static Result<Tree> load(const std::filesystem::path& path, ParseOptions options = {});

  /// The value at "agent.package_manager.type", or nullptr.
  NodePtr find(std::string_view dotted_path) const;
  const Node& root() const { return *root_; }

 private:
  NodePtr root_;
};

/// Unquoted numbers, true, false and null become their JSON kinds.
json::value to_json(const Node& node);

}  // namespace jarvis::config
