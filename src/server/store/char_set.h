// A set of code points, for the bracket expressions of regex_postgres.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace jarvis::server::store {

class CharSet {
 public:
  static constexpr char32_t kLast = 0x10FFFF;

  void add(char32_t from, char32_t to);
  void add(const CharSet& other);
  /// Adds the other case of every letter in it, by the simple mappings of Unicode.
  void add_other_cases();
  void negate();
  /// As a bracket expression; every code point is written as an escape.
  std::string bracket() const;

 private:
  std::vector<std::pair<char32_t, char32_t>> sorted() const;  // without overlaps

  std::vector<std::pair<char32_t, char32_t>> ranges_;
};

/// "\u0041": stands for itself inside and outside of brackets.
std::string escaped(char32_t c);

}  // namespace jarvis::server::store
