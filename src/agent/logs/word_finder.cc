#include "agent/logs/word_finder.h"

#include <algorithm>

#include "base/assert.h"

namespace jarvis::agent {
namespace {

constexpr std::size_t kPairs = 1U << 16;
constexpr std::size_t kLongestWindow = 64;

std::size_t pair_at(std::string_view text, std::size_t at) {
  return static_cast<std::size_t>(static_cast<unsigned char>(text[at])) << 8 | static_cast<unsigned char>(text[at + 1]);
}

/// As long as the shortest word.
std::size_t window_of(const std::vector<std::string>& words) {
  std::size_t out = kLongestWindow;
  for (const std::string& word : words)
    out = std::min(out, word.size());
  return out;
}

}  // namespace

// A window moves over the text. Its last two bytes tell how far it may move without stepping over the beginning of a
// word: where no word has them in its first part, nearly the window's length.
void WordFinder::add(std::string word) {
  JV_ASSERT(word.size() >= kShortest);
  if (std::find(words_.begin(), words_.end(), word) != words_.end()) return;
  words_.push_back(std::move(word));
  const std::size_t window = window_of(words_);
  steps_.assign(kPairs, static_cast<std::uint8_t>(window - 1));
  for (const std::string& each : words_) {
    for (std::size_t at = 0; at + 2 <= window; ++at) {
      std::uint8_t& step = steps_[pair_at(each, at)];
      step = std::min(step, static_cast<std::uint8_t>(window - 2 - at));
    }
  }
}

void WordFinder::find_all(std::string_view text, const std::function<void(std::size_t, std::size_t)>& found) const {
  if (words_.empty()) return;
  const std::size_t window = window_of(words_);
  for (std::size_t at = 0; at + window <= text.size();) {
    const std::size_t step = steps_[pair_at(text, at + window - 2)];
    if (step == 0) {
      for (const std::string& word : words_)
        if (text.substr(at).starts_with(word)) found(at, word.size());
    }
    at += std::max<std::size_t>(step, 1);
  }
}

}  // namespace jarvis::agent
