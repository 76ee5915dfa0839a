#include "server/store/char_set.h"

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cwctype>

namespace jarvis::server::store {
namespace {

// glibc's own locale: the process's may know letters of ASCII only.
locale_t unicode() {
  static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

// Three code points fold to a letter of another block, and RE2 knows it.
constexpr std::pair<char32_t, char32_t> kFarTwins[] = {{U'k', 0x212A}, {U's', 0x017F}, {0x00E5, 0x212B}};

}  // namespace

std::string escaped(char32_t c) {
  char text[16];
  const int size = std::snprintf(text, sizeof text, c <= 0xFFFF ? "\\u%04x" : "\\U%08x", static_cast<unsigned>(c));
  return std::string(text, static_cast<std::size_t>(size));
}

void CharSet::add(char32_t from, char32_t to) {
  if (from <= to) ranges_.emplace_back(from, to);
}

void CharSet::add(const CharSet& other) {
  ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
}

void CharSet::add_other_cases() {
  if (unicode() == nullptr) return;
  for (const auto& [from, to] : sorted()) {
    for (char32_t c = from; c <= std::min<char32_t>(to, 0x1FFFF); ++c) {
      const auto letter = static_cast<std::wint_t>(c);
      const auto lower = static_cast<char32_t>(::towlower_l(letter, unicode()));
      const auto upper = static_cast<char32_t>(::towupper_l(letter, unicode()));
      if (lower != c) add(lower, lower);
      if (upper != c) add(upper, upper);
      for (const auto& [near, far] : kFarTwins) {
        if (lower == near) add(far, far);
        if (c != far) continue;
        const auto capital = static_cast<char32_t>(::towupper_l(static_cast<std::wint_t>(near), unicode()));
        add(near, near);
        add(capital, capital);
      }
    }
  }
}

std::vector<std::pair<char32_t, char32_t>> CharSet::sorted() const {
  auto all = ranges_;
  std::sort(all.begin(), all.end());
  std::vector<std::pair<char32_t, char32_t>> out;
  for (const auto& range : all) {
    if (!out.empty() && range.first <= out.back().second + 1) {
      out.back().second = std::max(out.back().second, range.second);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

void CharSet::negate() {
  std::vector<std::pair<char32_t, char32_t>> gaps;
  char32_t next = 0;
  for (const auto& [from, to] : sorted()) {
    if (next < from) gaps.emplace_back(next, from - 1);
    next = to + 1;
  }
  if (next <= kLast) gaps.emplace_back(next, kLast);
  ranges_ = std::move(gaps);
}

std::string CharSet::bracket() const {
  std::string out = "[";
  // No text of PostgreSQL holds U+0000.
  for (auto [from, to] : sorted()) {
    from = std::max<char32_t>(from, 1);
    if (from > to) continue;
    out += escaped(from);
    if (to > from) out += "-" + escaped(to);
  }
  if (out.size() == 1) return "[^" + escaped(1) + "-" + escaped(kLast) + "]";  // no character at all
  return out + "]";
}

}  // namespace jarvis::server::store
