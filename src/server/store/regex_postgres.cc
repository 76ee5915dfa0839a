#include "server/store/regex_postgres.h"

#include <re2/re2.h>

#include <optional>
#include <vector>

#include "server/store/char_set.h"

namespace jarvis::server::store {
namespace {

constexpr int kRepeatMax = 255;  // PostgreSQL's own

struct Flags {
  bool ignore_case = false, many_lines = false, dot_takes_newline = false;
};

Error cannot_say(std::string_view what) {
  return invalid_argument("regular expression: " + std::string(what) + " is not possible with PostgreSQL");
}

/// \d, [:digit:] and their like; nothing for another name. RE2's classes know ASCII only.
std::optional<CharSet> class_named(std::string_view name) {
  CharSet set;
  const auto any_of = [&](std::initializer_list<std::pair<char, char>> ranges) {
    for (const auto& [from, to] : ranges)
      set.add(static_cast<unsigned char>(from), static_cast<unsigned char>(to));
    return set;
  };
  if (name == "d" || name == "digit") return any_of({{'0', '9'}});
  if (name == "w" || name == "word") return any_of({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}});
  if (name == "s") return any_of({{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}});
  if (name == "space") return any_of({{'\t', '\r'}, {' ', ' '}});
  if (name == "alpha") return any_of({{'A', 'Z'}, {'a', 'z'}});
  if (name == "alnum") return any_of({{'0', '9'}, {'A', 'Z'}, {'a', 'z'}});
  if (name == "lower") return any_of({{'a', 'z'}});
  if (name == "upper") return any_of({{'A', 'Z'}});
  if (name == "blank") return any_of({{'\t', '\t'}, {' ', ' '}});
  if (name == "punct") return any_of({{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}});
  if (name == "print") return any_of({{' ', '~'}});
  if (name == "graph") return any_of({{'!', '~'}});
  if (name == "cntrl") return any_of({{'\0', '\x1f'}, {'\x7f', '\x7f'}});
  if (name == "ascii") return any_of({{'\0', '\x7f'}});
  if (name == "xdigit") return any_of({{'0', '9'}, {'A', 'F'}, {'a', 'f'}});
  return std::nullopt;
}

/// Reads a pattern that RE2 has accepted, so that what follows a beginning is known to be well-formed.
class Translator {
 public:
  Translator(std::string_view pattern, bool ignore_case) : rest_(pattern) { flags_.ignore_case = ignore_case; }

  Result<std::string> run() {
    while (!rest_.empty())
      CHECK_OK(one());
    return out_;
  }

 private:
  Status one() {
    if (take("\\Q")) return quoted_text();
    switch (rest_.front()) {
      case '(':
        return open_group();
      case ')':
        out_ += next();
        flags_ = outer_.back();
        outer_.pop_back();
        return {};
      case '|':
        out_ += next();
        return {};
      case '*':
      case '+':
      case '?':
        out_ += next();
        take("?");  // how much a repetition takes does not decide whether something is found
        return {};
      case '{':
        return repetition();
      case '[':
        return bracket();
      case '.':
        next();
        out_ += flags_.dot_takes_newline ? "." : "[^\\u000a]";
        return {};
      case '^':
        next();
        return assertion(flags_.many_lines ? "(?:^|(?<=\\u000a))" : "^");
      case '$':
        next();
        return assertion(flags_.many_lines ? "(?:$|(?=\\u000a))" : "$");
      case '\\':
        return escape();
      default:
        literal(code_point());
        return {};
    }
  }

  Status open_group() {
    next();
    const Flags before = flags_;
    if (take("?P<") || take("?<")) {
      rest_.remove_prefix(rest_.find('>') + 1);
    } else if (take("?")) {
      bool is_set = true;
      while (rest_.front() != ':' && rest_.front() != ')') {
        const char flag = next();
        if (flag == '-') is_set = false;
        if (flag == 'i') flags_.ignore_case = is_set;
        if (flag == 'm') flags_.many_lines = is_set;
        if (flag == 's') flags_.dot_takes_newline = is_set;
      }
      // "(?i)" holds to the end of the group that it stands in.
      if (next() == ')') return {};
    }
    outer_.push_back(before);
    out_ += "(?:";
    return {};
  }

  Status repetition() {
    const std::size_t end = rest_.find_first_not_of("0123456789,", 1);
    const std::string_view inside = rest_.substr(1, end == std::string_view::npos ? 0 : end - 1);
    const std::size_t comma = inside.find(',');
    const bool is_one = end != std::string_view::npos && rest_[end] == '}' && !inside.empty() && inside[0] != ',' &&
                        inside.find(',', comma == std::string_view::npos ? comma : comma + 1) == std::string_view::npos;
    if (!is_one) {
      literal(code_point());
      return {};
    }
    for (const std::string_view number : {inside.substr(0, comma), inside.substr(std::min(comma, inside.size()))}) {
      const std::string digits(number.substr(number.starts_with(',') ? 1 : 0));
      if (digits.size() > 3 || (!digits.empty() && std::stoi(digits) > kRepeatMax)) {
        return cannot_say("a repetition of more than 255 times");
      }
    }
    out_ += rest_.substr(0, end + 1);
    rest_.remove_prefix(end + 1);
    take("?");
    return {};
  }

  Status bracket() {
    next();
    const bool is_negated = take("^");
    CharSet set;
    bool is_first = true;
    while (is_first || rest_.front() != ']') {
      is_first = false;
      CHECK_OK(bracket_item(set));
    }
    next();
    if (is_negated) set.negate();
    out_ += set.bracket();
    return {};
  }

  Status bracket_item(CharSet& set) {
    if (take("[:")) {
      const bool is_negated = take("^");
      const std::size_t end = rest_.find(":]");
      auto named = class_named(rest_.substr(0, end)).value_or(CharSet());
      rest_.remove_prefix(end + 2);
      set.add(with_cases(std::move(named), is_negated));
      return {};
    }
    if (rest_.size() > 1 && rest_.front() == '\\') {
      TRY(auto named, perl_class());
      if (named) {
        set.add(*named);
        return {};
      }
    }
    const char32_t from = bracket_character();
    char32_t to = from;
    if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
      next();
      to = bracket_character();
    }
    CharSet range;
    range.add(from, to);
    set.add(with_cases(std::move(range), false));
    return {};
  }

  char32_t bracket_character() {
    if (rest_.front() != '\\') return code_point();
    next();
    return escaped_character();
  }

  /// \d, \D...: read if it is one.
  Result<std::optional<CharSet>> perl_class() {
    const char letter = rest_[1];
    if (letter == 'p' || letter == 'P') return cannot_say("a Unicode class (\\p)");
    const char lower = static_cast<char>(letter | 0x20);
    if (lower != 'd' && lower != 's' && lower != 'w') return std::optional<CharSet>();
    rest_.remove_prefix(2);
    auto set = class_named(std::string_view(&lower, 1));
    return std::optional(with_cases(std::move(*set), letter != lower));
  }

  /// The other cases join before a class is turned round: RE2 does it so.
  CharSet with_cases(CharSet set, bool is_negated) const {
    if (flags_.ignore_case) set.add_other_cases();
    if (is_negated) set.negate();
    return set;
  }

  Status escape() {
    TRY(auto named, perl_class());
    if (named) {
      out_ += named->bracket();
      return {};
    }
    next();
    if (take("b")) return assertion("\\y");
    if (take("B")) return assertion("\\Y");
    if (take("A")) return assertion("^");
    if (take("z")) return assertion("$");
    if (take("C")) return cannot_say("a single byte (\\C)");
    if (take("E")) return {};
    literal(escaped_character());
    return {};
  }

  /// What follows a backslash and is one character.
  char32_t escaped_character() {
    constexpr std::string_view letters = "aftnrv";
    constexpr std::string_view meanings = "\a\f\t\n\r\v";
    if (take("x{")) {
      const std::size_t end = rest_.find('}');
      const auto value = std::stoul(std::string(rest_.substr(0, end)), nullptr, 16);
      rest_.remove_prefix(end + 1);
      return static_cast<char32_t>(value);
    }
    if (take("x")) {
      const auto value = std::stoul(std::string(rest_.substr(0, 2)), nullptr, 16);
      rest_.remove_prefix(2);
      return static_cast<char32_t>(value);
    }
    if (rest_.front() >= '0' && rest_.front() <= '7') {
      char32_t value = 0;
      for (int digits = 0; digits < 3 && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '7'; ++digits)
        value = value * 8 + static_cast<char32_t>(next() - '0');
      return value;
    }
    if (const auto place = letters.find(rest_.front()); place != std::string_view::npos) {
      next();
      return static_cast<char32_t>(meanings[place]);
    }
    return code_point();
  }

  Status quoted_text() {
    while (!rest_.empty() && !take("\\E"))
      literal(code_point());
    return {};
  }

  void literal(char32_t c) {
    if (flags_.ignore_case) {
      CharSet set;
      set.add(c, c);
      set.add_other_cases();
      out_ += set.bracket();
    } else if (c == 0) {
      out_ += CharSet().bracket();
    } else {
      out_ += escaped(c);
    }
  }

  /// PostgreSQL allows no repetition right behind one.
  Status assertion(std::string_view text) {
    const bool is_repeated = !rest_.empty() && std::string_view("*+?{").find(rest_.front()) != std::string_view::npos;
    out_ += is_repeated ? "(?:" + std::string(text) + ")" : std::string(text);
    return {};
  }

  char next() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  /// The next character; RE2 has seen to it that the pattern is UTF-8.
  char32_t code_point() {
    const auto first = static_cast<unsigned char>(next());
    if (first < 0x80) return first;
    int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    char32_t value = first & (0x3FU >> more);
    for (; more > 0 && !rest_.empty(); --more)
      value = value << 6 | (static_cast<unsigned char>(next()) & 0x3FU);
    return value;
  }

  std::string_view rest_;
  std::string out_;
  Flags flags_;
  std::vector<Flags> outer_;  // of the groups that are open
};

}  // namespace

Result<std::string> regex_for_postgres(std::string_view pattern, bool ignore_case) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(4 << 20);
  const re2::RE2 checked(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!checked.ok()) return invalid_argument("invalid regular expression: " + checked.error());
  return Translator(pattern, ignore_case).run();
}

}  // namespace jarvis::server::store
