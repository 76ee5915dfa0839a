#include "config/hocon_parser.h"

#include <algorithm>

#include "proc/files.h"

namespace jarvis::config {
namespace {

constexpr int kDepthMax = 64;
constexpr int kIncludeDepthMax = 16;

NodePtr make(Node::Kind kind, Origin origin, std::string text = {}) {
  auto node = std::make_shared<Node>();
  node->kind = kind;
  node->origin = std::move(origin);
  node->text = std::move(text);
  return node;
}

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

/// Text without quotes, or a substitution: what follows at once belongs to it.
bool is_word(const Node& node) {
  return node.kind == Node::Kind::substitution || (node.kind == Node::Kind::scalar && !node.is_quoted);
}

/// `a = ${a} more` means the value that `a` had until here; `before` is null when it had none.
NodePtr with_former(const NodePtr& value, const std::string& path, const NodePtr& before) {
  if (value->kind == Node::Kind::substitution && value->text == path) {
    value->is_outer = true;
    return before ? before : value;
  }
  if (value->kind != Node::Kind::concatenation) return value;
  for (NodePtr& item : value->items)
    item = with_former(item, path, before);
  return value;
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& file, const ParseOptions& options, int include_depth)
      : text_(text), file_(file), options_(options), include_depth_(include_depth) {}

  Result<NodePtr> parse_root() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    skip_blank();
    const NodePtr root = make(Node::Kind::object, here());
    if (peek() == '{') {
      ++at_;
      CHECK_OK(parse_fields(*root, '}', 1));
      skip_blank();
      if (at_ < text_.size()) return wrong("text after the closing brace");
      return root;
    }
    CHECK_OK(parse_fields(*root, '\0', 1));
    return root;
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool at_end() const { return at_ >= text_.size(); }
  Origin here() const { return {file_, line_}; }
  Error wrong(const std::string& what) const { return invalid_argument(here().text() + ": " + what); }

  bool skip_comment() {
    if (peek() != '#' && !(peek() == '/' && peek(1) == '/')) return false;
    while (!at_end() && peek() != '\n')
      ++at_;
    return true;
  }
  void skip_spaces() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\r')
      ++at_;
  }
  /// Spaces, line ends and comments. True if a line ended.
  bool skip_blank() {
    bool new_line = false;
    while (true) {
      skip_spaces();
      if (peek() == '\n') {
        ++line_;
        ++at_;
        new_line = true;
      } else if (!skip_comment()) {
        return new_line;
      }
    }
  }

  Status parse_fields(Node& object, char close, int depth) {
    if (depth > kDepthMax) return wrong("nested too deep");
    while (true) {
      skip_blank();
      while (peek() == ',') {
        ++at_;
        skip_blank();
      }
      if (at_end()) {
        if (close == '\0') return {};
        return wrong("the closing brace is missing");
      }
      if (peek() == close) {
        ++at_;
        return {};
      }
      CHECK_OK(parse_field(object, depth));
    }
  }

  Status parse_field(Node& object, int depth) {
    if (text_.substr(at_).starts_with("include") && (peek(7) == ' ' || peek(7) == '\t')) {
      const std::size_t mark = at_;
      at_ += 7;
      skip_spaces();
      // A field may be called "include": only a quote or a kind in brackets makes it the directive.
      if (peek() == '"' || text_.substr(at_).starts_with("file(") || text_.substr(at_).starts_with("required(") ||
          text_.substr(at_).starts_with("url(") || text_.substr(at_).starts_with("classpath(")) {
        return parse_include(object);
      }
      at_ = mark;
    }
    TRY(const std::vector<std::string> path, parse_key());
    skip_blank();
    bool is_append = false;
    if (peek() == '+' && peek(1) == '=') {
      is_append = true;
      at_ += 2;
    } else if (peek() == ':' || peek() == '=') {
      ++at_;
    } else if (peek() != '{') {
      return wrong("'=', ':' or '{' is expected after the key '" + path.back() + "'");
    }
    skip_blank();
    const std::size_t outer = prefix_.size();
    for (const std::string& part : path)
      prefix_ += (prefix_.empty() ? "" : ".") + part;
    TRY(NodePtr value, parse_value(depth + 1));
    const std::string full_path = prefix_;
    prefix_.resize(outer);
    return assign(object, path, full_path, std::move(value), is_append);
  }

  Status assign(Node& object, const std::vector<std::string>& path, const std::string& full_path, NodePtr value,
                bool is_append) {
    Node* inside = &object;
    if (path.size() > static_cast<std::size_t>(kDepthMax)) return wrong("the key has too many parts");
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      NodePtr next = inside->field(path[i]);
      if (!next || next->kind != Node::Kind::object) {
        next = make(Node::Kind::object, here());
        set_field(*inside, path[i], next);
      }
      inside = inside->field(path[i]).get();
    }
    const NodePtr before = inside->field(path.back());
    value = with_former(value, full_path, before);
    if (is_append) {
      const NodePtr list = make(Node::Kind::list, value->origin);
      if (before && before->kind == Node::Kind::list) list->items = before->items;
      list->items.push_back(std::move(value));
      value = list;
      // What stands there may be a list once substitutions are known. Flat, so that many "+=" do not nest.
      if (before && before->kind != Node::Kind::list) {
        value = make(Node::Kind::concatenation, list->origin);
        if (before->kind == Node::Kind::concatenation) {
          value->items = before->items;
        } else {
          value->items.push_back(before);
        }
        value->items.push_back(list);
      }
    }
    set_field(*inside, path.back(), value);
    return {};
  }

  Result<std::vector<std::string>> parse_key() {
    std::vector<std::string> path(1);
    bool any = false;
    while (!at_end()) {
      const char c = peek();
      if (c == '"') {
        TRY(const std::string part, parse_quoted());
        path.back() += part;
        any = true;
      } else if (c == '.') {
        ++at_;
        path.emplace_back();
      } else if (c == ':' || c == '=' || c == '{' || c == '\n' || c == '#' || (c == '+' && peek(1) == '=')) {
        break;
      } else if (std::string_view("}[]$,`^?!@*&\\").find(c) != std::string_view::npos) {
        return wrong(std::string("'") + c + "' cannot stand in a key");
      } else {
        path.back() += c;
        ++at_;
        any = true;
      }
    }
    for (std::string& part : path) {
      const auto end = part.find_last_not_of(" \t\r");
      part.resize(end == std::string::npos ? 0 : end + 1);
    }
    if (!any || std::any_of(path.begin(), path.end(), [](const std::string& part) { return part.empty(); }))
      return wrong("a key is expected");
    return path;
  }

  /// One value with all that is joined to it on its line.
  Result<NodePtr> parse_value(int depth) {
    if (depth > kDepthMax) return wrong("nested too deep");
    const NodePtr joined = make(Node::Kind::concatenation, here());
    while (true) {
      const std::size_t before = at_;
      skip_spaces();
      const std::string spaces(text_.substr(before, at_ - before));
      const char c = peek();
      const bool is_comment =
          c == '/' && peek(1) == '/' && (joined->items.empty() || !spaces.empty() || !is_word(*joined->items.back()));
      if (at_end() || c == '\n' || c == ',' || c == '}' || c == ']' || c == '#' || is_comment) break;
      if (!joined->items.empty() && !spaces.empty()) {
        joined->items.push_back(make(Node::Kind::scalar, here(), spaces));
      }
      TRY(NodePtr part, parse_part(depth));
      joined->items.push_back(std::move(part));
    }
    if (joined->items.empty()) return wrong("a value is expected");
    if (joined->items.size() == 1) return joined->items.front();
    return joined;
  }

  Result<NodePtr> parse_part(int depth) {
    const char c = peek();
    if (c == '{') {
      ++at_;
      const NodePtr object = make(Node::Kind::object, here());
      CHECK_OK(parse_fields(*object, '}', depth + 1));
      return object;
    }
    if (c == '[') return parse_list(depth);
    if (c == '"') {
      const NodePtr text = make(Node::Kind::scalar, here());
      TRY(text->text, parse_quoted());
      text->is_quoted = true;
      return text;
    }
    if (c == '$' && peek(1) == '{') return parse_substitution();
    return parse_unquoted();
  }

  Result<NodePtr> parse_list(int depth) {
    ++at_;
    const NodePtr list = make(Node::Kind::list, here());
    while (true) {
      skip_blank();
      if (at_end()) return wrong("the closing bracket is missing");
      if (peek() == ']') {
        ++at_;
        return list;
      }
      if (peek() == ',') {
        ++at_;
        continue;
      }
      TRY(NodePtr item, parse_value(depth + 1));
      list->items.push_back(std::move(item));
    }
  }

  Result<NodePtr> parse_substitution() {
    const NodePtr node = make(Node::Kind::substitution, here());
    at_ += 2;
    if (peek() == '?') {
      node->is_optional = true;
      ++at_;
    }
    const auto end = text_.find_first_of("}\n", at_);
    if (end == std::string_view::npos || text_[end] != '}') return wrong("'${' is not closed");
    std::string_view path = text_.substr(at_, end - at_);
    while (path.starts_with(' '))
      path.remove_prefix(1);
    while (path.ends_with(' '))
      path.remove_suffix(1);
    node->text = path;
    at_ = end + 1;
    return node;
  }

  Result<NodePtr> parse_unquoted() {
    const NodePtr node = make(Node::Kind::scalar, here());
    while (!at_end()) {
      const char c = peek();
      // "//" inside a word is part of it, only in front of one it begins a comment: `clearml-init` writes its addresses
      // without quotes, and the SDK's reader takes them whole.
      if (std::string_view("\n\r,{}[]\"#$ \t").find(c) != std::string_view::npos) break;
      node->text += c;
      ++at_;
    }
    if (node->text.empty()) return wrong(std::string("'") + peek() + "' is not expected here");
    if (node->text == "null") node->kind = Node::Kind::null;
    return node;
  }

  Result<std::string> parse_quoted() {
    if (text_.substr(at_).starts_with("\"\"\"")) {
      const auto end = text_.find("\"\"\"", at_ + 3);
      if (end == std::string_view::npos) return wrong("the text in triple quotes is not closed");
      std::size_t close = end;
      while (close + 3 < text_.size() && text_[close + 3] == '"')
        ++close;  // quotes at the very end belong to the text
      std::string out(text_.substr(at_ + 3, close - at_ - 3));
      line_ += static_cast<int>(std::count(out.begin(), out.end(), '\n'));
      at_ = close + 3;
      return out;
    }
    std::string out;
    ++at_;
    while (true) {
      if (at_end() || peek() == '\n') return wrong("the quoted text is not closed on its line");
      const char c = text_[at_++];
      if (c == '"') return out;
      if (c != '\\') {
        out += c;
        continue;
      }
      CHECK_OK(parse_escape(out));
    }
  }

  Status parse_escape(std::string& out) {
    const char c = peek();
    ++at_;
    switch (c) {
      case 'n':
        out += '\n';
        return {};
      case 't':
        out += '\t';
        return {};
      case 'r':
        out += '\r';
        return {};
      case 'b':
        out += '\b';
        return {};
      case 'f':
        out += '\f';
        return {};
      case '"':
      case '\\':
      case '/':
        out += c;
        return {};
      case 'u':
        break;
      default:
        return wrong("unknown escape in quoted text");
    }
    unsigned code = 0;
    for (int i = 0; i < 4; ++i) {
      const auto digit = std::string_view("0123456789abcdef").find(static_cast<char>(peek() | 32));
      if (at_end() || digit == std::string_view::npos) return wrong("\\u needs four hexadecimal digits");
      code = code * 16 + static_cast<unsigned>(digit);
      ++at_;
    }
    append_utf8(out, code);
    return {};
  }

  Status parse_include(Node& object) {
    const std::string where = here().text();
    bool is_required = false;
    int open = 0;
    while (peek() != '"') {
      if (text_.substr(at_).starts_with("required(")) {
        is_required = true;
        at_ += 9;
        ++open;
      } else if (text_.substr(at_).starts_with("file(")) {
        at_ += 5;
        ++open;
      } else {
        return wrong("only files can be included");
      }
    }
    TRY(const std::string name, parse_quoted());
    for (; open > 0; --open) {
      if (peek() != ')') return wrong("')' is expected after the included file");
      ++at_;
    }
    if (options_.directory.empty()) return invalid_argument(where + ": include is not possible here");
    if (include_depth_ >= kIncludeDepthMax) return invalid_argument(where + ": files include each other without end");
    const auto path = options_.directory / name;
    const auto text = proc::read_file(path);
    if (!text) {
      if (!is_required && text.error().code() == ErrorCode::not_found) return {};
      return invalid_argument(where + ": " + text.error().message());
    }
    TRY(const NodePtr included, parse_hocon(*text, path.filename().string(), options_, include_depth_ + 1));
    for (const auto& [key, value] : included->fields)
      set_field(object, key, value);
    return {};
  }

  std::string_view text_;
  std::string file_;
  const ParseOptions& options_;
  int include_depth_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::string prefix_;  // the path of the object that is being read
};

}  // namespace

void set_field(Node& object, const std::string& key, const NodePtr& value) {
  for (auto& [name, old] : object.fields) {
    if (name != key) continue;
    if (old->kind == Node::Kind::object && value->kind == Node::Kind::object && old != value) {
      // A copy: what was included or substituted elsewhere must not change with it.
      auto merged = std::make_shared<Node>(*old);
      for (const auto& [inner_key, inner] : value->fields)
        set_field(*merged, inner_key, inner);
      old = std::move(merged);
    } else {
      old = value;
    }
    return;
  }
  object.fields.emplace_back(key, value);
}

Result<NodePtr> parse_hocon(std::string_view text, const std::string& file, const ParseOptions& options,
                            int include_depth) {
  if (text.size() > kHoconBytesMax) return invalid_argument(file + ": the file is larger than 4 MiB");
  return Parser(text, file, options, include_depth).parse_root();
}

}  // namespace jarvis::config
