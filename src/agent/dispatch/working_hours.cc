#include "agent/dispatch/working_hours.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <string_view>

namespace jarvis::agent {
namespace {

constexpr std::array<std::string_view, 7> kDays{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};
constexpr int kWeekHours = 7 * 24;

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(at, begin), text.size());
    out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

Error bad(const std::string& entry) {
  return invalid_argument("'" + entry + "' is no working time: write \"<hours> <days>\", as \"9-17 MON-FRI\"");
}

Result<int> hour_of(const std::string& text, const std::string& entry) {
  int hour = -1;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), hour);
  if (failure != std::errc() || end != text.data() + text.size() || hour < 0 || hour > 24) return bad(entry);
  return hour;
}

Result<int> day_of(std::string text, const std::string& entry) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const auto found = std::ranges::find(kDays, text);
  if (found == kDays.end()) return bad(entry);
  return static_cast<int>(found - kDays.begin());
}

/// First and number of items of "a-b" on a circle of `size`.
struct Span {
  int first = 0;
  int count = 0;
};

Result<Span> days_of(const std::string& text, const std::string& entry) {
  const auto ends = split(text, '-');
  if (ends.size() > 2) return bad(entry);
  TRY(const int first, day_of(ends.front(), entry));
  TRY(const int last, day_of(ends.back(), entry));
  return Span{first, (last - first + 7) % 7 + 1};
}

Result<Span> hours_of(const std::string& text, const std::string& entry) {
  const auto ends = split(text, '-');
  if (ends.size() > 2) return bad(entry);
  TRY(const int first, hour_of(ends.front(), entry));
  int last = 24;
  if (ends.size() == 2) {
    TRY(last, hour_of(ends.back(), entry));
  }
  if (last == 0) last = 24;
  if (first == 24 || first == last) return bad(entry);
  return Span{first, last > first ? last - first : last - first + 24};
}

Status mark(const std::string& entry, std::bitset<kWeekHours>& hours) {
  const auto gap = entry.find(' ');
  if (gap == std::string::npos || entry.find(' ', gap + 1) != std::string::npos) return bad(entry);
  for (const std::string& days : split(entry.substr(gap + 1), ',')) {
    TRY(const Span day, days_of(days, entry));
    for (const std::string& range : split(entry.substr(0, gap), ',')) {
      TRY(const Span hour, hours_of(range, entry));
      for (int d = 0; d < day.count; ++d)
        for (int h = 0; h < hour.count; ++h)
          hours.set(static_cast<std::size_t>(((day.first + d) * 24 + hour.first + h) % kWeekHours));
    }
  }
  return {};
}

/// Words that a shell took apart, together again.
std::vector<std::string> entries_of(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  for (const std::string& word : words) {
    const bool is_days = !word.empty() && std::isalpha(static_cast<unsigned char>(word.front())) != 0;
    if (is_days && !out.empty() && out.back().find(' ') == std::string::npos) {
      out.back() += " " + word;
    } else {
      out.push_back(word);
    }
  }
  return out;
}

}  // namespace

Result<WorkingHours> WorkingHours::parse(const std::vector<std::string>& uptime,
                                         const std::vector<std::string>& downtime) {
  WorkingHours made;
  if (!uptime.empty() && !downtime.empty())
    return invalid_argument("--uptime and --downtime cannot both be given: one is what the other leaves");
  if (uptime.empty() && downtime.empty()) return made;
  std::bitset<kWeekHours> marked;
  for (const std::string& entry : entries_of(uptime.empty() ? downtime : uptime))
    CHECK_OK(mark(entry, marked));
  made.open_ = uptime.empty() ? ~marked : marked;
  return made;
}

std::string WorkingHours::describe() const {
  std::string out;
  for (int day = 0; day < 7; ++day) {
    std::string line;
    for (int hour = 0; hour < 24; ++hour) {
      if (!is_open(day, hour) || (hour > 0 && is_open(day, hour - 1))) continue;
      int end = hour + 1;
      while (end < 24 && is_open(day, end))
        ++end;
      line += " " + std::to_string(hour) + "-" + std::to_string(end);
    }
    out += std::string(kDays[static_cast<std::size_t>(day)]) + (line.empty() ? " closed" : line) + "\n";
  }
  return out;
}

LocalHour local_hour(WallTime time) {
  const std::time_t seconds = time.us / 1'000'000;
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return {parts.tm_wday, parts.tm_hour, std::chrono::seconds(3600 - parts.tm_min * 60 - std::min(parts.tm_sec, 59))};
}

std::optional<bool> forced(const std::vector<std::string>& queue_tags, const std::optional<std::string>& worker_force) {
  const auto has = [&](std::string_view tag) { return std::ranges::find(queue_tags, tag) != queue_tags.end(); };
  if (has("force_workers:off")) return false;
  if (has("force_workers:on")) return true;
  if (worker_force == "off" || worker_force == "OFF") return false;
  if (worker_force == "on" || worker_force == "ON") return true;
  return std::nullopt;
}

}  // namespace jarvis::agent
