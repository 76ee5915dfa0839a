#include "agent/runtime/pattern.h"

#include <regex.h>

#include <memory>

namespace jarvis::agent {
namespace {

/// \w, \s and \b are known to the C library; \d is not.
std::string with_digits(const std::string& pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool is_escape = pattern[i] == '\\' && i + 1 < pattern.size();
    if (!is_escape) {
      out += pattern[i];
      continue;
    }
    const char kind = pattern[++i];
    out += kind == 'd' ? std::string("[0-9]") : kind == 'D' ? std::string("[^0-9]") : std::string{'\\', kind};
  }
  return out;
}

}  // namespace

bool matches(const std::string& pattern, const std::string& text) {
  regex_t compiled;
  if (::regcomp(&compiled, with_digits(pattern).c_str(), REG_EXTENDED | REG_NOSUB) != 0) return false;
  const std::unique_ptr<regex_t, decltype(&::regfree)> owner(&compiled, &::regfree);
  return ::regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace jarvis::agent
