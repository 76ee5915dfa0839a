#include "agent/python/requirement_line.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <sstream>
#include <string_view>

#include "base/words.h"

namespace jarvis::agent {
namespace {

bool is_of_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

std::size_t name_size(std::string_view line) {
  return static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), is_of_name) - line.begin());
}

/// As the packaging standard has it: runs of - _ . are one "-".
std::string normalized(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool is_dash = c == '-' || c == '_' || c == '.';
    if (is_dash && out.ends_with('-')) continue;
    out += is_dash ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

struct Numbers {
  std::vector<int> parts;
  bool is_open = false;  // ends with ".*"
};

/// "2.4.1+cu118" is 2, 4, 1. Empty: not a version.
Numbers numbers_of(std::string_view version) {
  Numbers out;
  while (!version.empty()) {
    if (version.front() == '*') {
      out.is_open = true;
      break;
    }
    int value = 0;
    const auto [end, failure] = std::from_chars(version.data(), version.data() + version.size(), value);
    if (failure != std::errc()) break;
    out.parts.push_back(value);
    version.remove_prefix(static_cast<std::size_t>(end - version.data()));
    if (!version.starts_with('.')) break;
    version.remove_prefix(1);
  }
  return out;
}

/// Of one clause: ">=2.0".
bool clause_admits(std::string_view clause, int major, int minor) {
  const auto at = clause.find_first_not_of("<>=!~");
  if (at == std::string_view::npos) return true;
  const std::string_view sign = clause.substr(0, at);
  const Numbers version = numbers_of(trimmed(clause.substr(at)));
  if (version.parts.empty()) return true;
  const int wanted_major = version.parts[0];
  const int wanted_minor = version.parts.size() > 1 ? version.parts[1] : 0;
  const int patch = version.parts.size() > 2 ? version.parts[2] : 0;
  const auto here = std::pair(major, minor), wanted = std::pair(wanted_major, wanted_minor);
  if (sign == ">=") return here >= wanted;
  if (sign == ">") return version.parts.size() > 2 ? here >= wanted : here > wanted;
  if (sign == "<=") return here <= wanted;
  if (sign == "<") return patch > 0 ? here <= wanted : here < wanted;
  if (sign == "==" || sign == "===")
    return version.is_open && version.parts.size() == 1 ? major == wanted_major : here == wanted;
  if (sign == "~=") return version.parts.size() > 2 ? here == wanted : major == wanted_major && minor >= wanted_minor;
  return true;
}

std::vector<std::string> clauses_of(const std::string& specifiers) {
  std::istringstream parts(specifiers);
  std::vector<std::string> out;
  for (std::string part; std::getline(parts, part, ',');)
    if (std::string clause = trimmed(part); !clause.empty()) out.push_back(std::move(clause));
  return out;
}

/// Of two versions; what one lacks of numbers is zero.
int compared(std::vector<int> a, std::vector<int> b) {
  a.resize(std::max(a.size(), b.size()));
  b.resize(a.size());
  return a < b ? -1 : a > b ? 1 : 0;
}

/// The versions between two.
struct Span {
  struct End {
    std::vector<int> version;
    bool is_in = false;
  };
  std::optional<End> low, high;

  void raise(std::vector<int> version, bool is_in) {
    const int order = low ? compared(version, low->version) : 1;
    if (order > 0 || (order == 0 && !is_in)) low = End{std::move(version), is_in};
  }
  void lower(std::vector<int> version, bool is_in) {
    const int order = high ? compared(version, high->version) : -1;
    if (order < 0 || (order == 0 && !is_in)) high = End{std::move(version), is_in};
  }
  bool is_empty() const {
    if (!low || !high) return false;
    const int order = compared(low->version, high->version);
    return order > 0 || (order == 0 && (!low->is_in || !high->is_in));
  }

  void narrow(std::string_view clause) {
    const auto at = clause.find_first_not_of("<>=!~");
    if (at == std::string_view::npos) return;
    const std::string_view sign = clause.substr(0, at);
    const Numbers numbers = numbers_of(trimmed(clause.substr(at)));
    if (numbers.parts.empty()) return;
    const std::vector<int>& version = numbers.parts;
    // "~=2.1.3" and "==2.1.*": up to 2.2.
    std::vector<int> next = version;
    if (sign == "~=" && next.size() > 1) next.pop_back();
    ++next.back();
    const bool is_equal = sign == "==" || sign == "===";
    const bool is_series = sign == "~=" || (is_equal && numbers.is_open);
    if (sign == ">" || sign == ">=" || is_equal || is_series) raise(version, sign != ">");
    if (is_series) {
      lower(next, false);
    } else if (sign == "<" || sign == "<=" || is_equal) {
      lower(version, sign != "<");
    }
  }
};

}  // namespace

std::string RequirementLine::text() const {
  if (package.empty()) return rest;
  return name + (is_address() ? " " : "") + specifiers + (rest.empty() || rest.starts_with(';') ? "" : " ") + rest;
}

std::string RequirementLine::exact_version() const {
  const std::vector<std::string> clauses = clauses_of(specifiers);
  if (clauses.size() != 1 || !clauses.front().starts_with("==")) return {};
  const std::string version = trimmed(std::string_view(clauses.front()).substr(clauses.front().find_first_not_of('=')));
  return version.find('*') == std::string::npos ? version : std::string();
}

bool RequirementLine::admits(int major, int minor) const {
  if (is_address()) return true;
  const std::vector<std::string> clauses = clauses_of(specifiers);
  return std::all_of(clauses.begin(), clauses.end(),
                     [&](const std::string& clause) { return clause_admits(clause, major, minor); });
}

bool RequirementLine::can_meet(const std::string& other) const {
  if (is_address()) return true;
  Span span;
  for (const std::string* text : {&specifiers, &other})
    for (const std::string& clause : clauses_of(*text))
      span.narrow(clause);
  return !span.is_empty();
}

std::string package_of(std::string_view line) {
  return normalized(line.substr(0, name_size(line)));
}

RequirementLine parse_requirement(const std::string& line) {
  const std::string text = trimmed(line);
  const auto nameless = [&] { return RequirementLine{.package = {}, .name = {}, .specifiers = {}, .rest = text}; };
  const std::size_t end = name_size(text);
  const std::string bare = text.substr(0, end);
  if (bare.empty() || bare.front() == '-' || bare.front() == '.') return nameless();
  std::size_t at = text.find_first_not_of(" \t", end);
  std::string name = bare;
  if (at != std::string::npos && text[at] == '[') {
    const auto close = text.find(']', at);
    if (close == std::string::npos) return nameless();
    name += text.substr(at, close - at + 1);
    at = text.find_first_not_of(" \t", close + 1);
  }
  RequirementLine out{.package = normalized(bare), .name = std::move(name), .specifiers = {}, .rest = {}};
  if (at == std::string::npos) return out;
  // "six" ends here, "./six" and "https://h/six" do not.
  if (std::string_view("<>=!~;@#(\\").find(text[at]) == std::string_view::npos && !text.substr(at).starts_with("--"))
    return nameless();
  const bool is_address = text[at] == '@';
  std::size_t stop = is_address ? text.find(" ;", at) : text.find(';', at);
  stop = std::min({stop, text.find(" --", at), text.find(" #", at), text.find('\\', at), text.size()});
  if (text[at] == '-' || text[at] == '#' || text[at] == '\\') stop = at;
  out.specifiers = trimmed(std::string_view(text).substr(at, stop - at));
  if (out.specifiers.starts_with('(') && out.specifiers.ends_with(')'))
    out.specifiers = out.specifiers.substr(1, out.specifiers.size() - 2);
  if (!is_address) std::erase_if(out.specifiers, [](char c) { return c == ' ' || c == '\t'; });
  out.rest = trimmed(std::string_view(text).substr(stop));
  if (out.rest.starts_with('#')) out.rest.clear();
  return out;
}

std::vector<RequirementLine> parse_requirements(const std::string& text) {
  std::istringstream lines(text);
  std::vector<RequirementLine> out;
  for (std::string line; std::getline(lines, line);) {
    RequirementLine parsed = parse_requirement(line);
    if (!parsed.package.empty() || !parsed.rest.empty()) out.push_back(std::move(parsed));
  }
  return out;
}

}  // namespace jarvis::agent
