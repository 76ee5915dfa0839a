#include "base/clock.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace jarvis {

using std::chrono::duration_cast;
using std::chrono::microseconds;

WallTime SystemClock::wall() const {
  return {duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

SteadyTime SystemClock::steady() const {
  return std::chrono::steady_clock::now();
}

namespace {

// Howard Hinnant's civil-date arithmetic, through the standard library's calendar types.
std::chrono::sys_days days_of(WallTime time, std::int64_t& us_of_day) {
  constexpr std::int64_t us_per_day = 86'400'000'000;
  std::int64_t days = time.us / us_per_day;
  us_of_day = time.us % us_per_day;
  if (us_of_day < 0) {
    us_of_day += us_per_day;
    --days;
  }
  return std::chrono::sys_days(std::chrono::days(days));
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  bool accept(std::string_view any_of) {
    if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
    last_ = text_.front();
    text_.remove_prefix(1);
    return true;
  }
  char last() const { return last_; }
  /// Exactly `digits` digits, or -1.
  int number(std::size_t digits) {
    if (text_.size() < digits) return -1;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (text_[i] < '0' || text_[i] > '9') return -1;
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(digits);
    return value;
  }
  /// One or more digits read as a fraction of a second, in microseconds; or -1.
  int fraction_us() {
    int value = 0;
    int scale = 100'000;
    bool any = false;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      value += (text_.front() - '0') * scale;
      scale /= 10;
      any = true;
      text_.remove_prefix(1);
    }
    return any ? value : -1;
  }

 private:
  std::string_view text_;
  char last_ = 0;
};

}  // namespace

std::string to_iso(WallTime time) {
  std::int64_t us = 0;
  const std::chrono::year_month_day date{days_of(time, us)};
  const std::int64_t seconds = us / 1'000'000;
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06d+00:00", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(seconds / 3600), static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60),
                static_cast<int>(us % 1'000'000));
  return buffer.data();
}

Result<WallTime> from_iso(std::string_view text) {
  const auto bad = [&] { return invalid_argument("not an ISO 8601 date: '" + std::string(text.substr(0, 64)) + "'"); };
  Reader in(text);
  const int year = in.number(4);
  if (year < 0 || !in.accept("-")) return bad();
  const int month = in.number(2);
  if (month < 0 || !in.accept("-")) return bad();
  const int day = in.number(2);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (day < 0 || !date.ok()) return bad();

  std::int64_t us = std::int64_t{std::chrono::sys_days(date).time_since_epoch().count()} * 86'400'000'000;
  if (in.done()) return WallTime{us};
  if (!in.accept("T ")) return bad();

  const int hour = in.number(2);
  if (hour < 0 || hour > 24 || !in.accept(":")) return bad();
  const int minute = in.number(2);
  if (minute < 0 || minute > 59) return bad();
  us += (hour * 3600LL + minute * 60LL) * 1'000'000;
  if (in.accept(":")) {
    const int second = in.number(2);
    if (second < 0 || second > 60) return bad();
    us += second * 1'000'000LL;
    if (in.accept(".,")) {
      const int fraction = in.fraction_us();
      if (fraction < 0) return bad();
      us += fraction;
    }
  }
  if (in.accept("+-")) {
    const int sign = in.last() == '+' ? 1 : -1;
    const int offset_hours = in.number(2);
    in.accept(":");
    const int offset_minutes = in.done() ? 0 : in.number(2);
    if (offset_hours < 0 || offset_minutes < 0) return bad();
    us -= sign * (offset_hours * 3600LL + offset_minutes * 60LL) * 1'000'000;
  } else {
    in.accept("Zz");
  }
  if (!in.done()) return bad();
  return WallTime{us};
}

}  // namespace jarvis
