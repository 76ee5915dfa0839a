// Finds many words in a text in one pass. Immutable once made: thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace jarvis::agent {

class WordFinder {
 public:
  static constexpr std::size_t kShortest = 6;

  /// A word of at least kShortest bytes; one that is there already is left out.
  void add(std::string word);
  /// Calls `found(place, size)` for each word at each place; overlapping ones too.
  void find_all(std::string_view text, const std::function<void(std::size_t, std::size_t)>& found) const;

 private:
  std::vector<std::string> words_;
  // How far one may go on when the two bytes at the end of a window are these (Wu and Manber).
  std::vector<std::uint8_t> steps_;
};

}  // namespace jarvis::agent
