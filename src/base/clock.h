// Time comes in through a Clock, so that tests decide what time it is. Grep-able rule: nothing
// outside base/ reads the system's clocks.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace jarvis {

/// Wall-clock time in microseconds since 1970, UTC: what is stored and shown.
struct WallTime {
  std::int64_t us = 0;

  static WallTime from_ms(std::int64_t ms) { return {ms * 1000}; }
  std::int64_t ms() const { return us / 1000; }
  auto operator<=>(const WallTime&) const = default;
};
inline WallTime operator+(WallTime t, std::chrono::microseconds d) {
  return {t.us + d.count()};
}
inline WallTime operator-(WallTime t, std::chrono::microseconds d) {
  return {t.us - d.count()};
}

/// A point on the monotonic clock: for deadlines and durations, never stored.
using SteadyTime = std::chrono::steady_clock::time_point;

/// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime wall() const = 0;
  virtual SteadyTime steady() const = 0;
};

/// The machine's clocks. One per process, made in main.
class SystemClock final : public Clock {
 public:
  WallTime wall() const override;
  SteadyTime steady() const override;
};

/// A clock that moves only when a test says so; wall and steady time move together unless jump() is called.
class FakeClock final : public Clock {
 public:
  WallTime wall() const override { return {wall_us_.load()}; }
  SteadyTime steady() const override { return SteadyTime(std::chrono::microseconds(steady_us_.load())); }
  void advance(std::chrono::microseconds by) {
    wall_us_ += by.count();
    steady_us_ += by.count();
  }
  /// The wall clock alone is set forward or back, as by an administrator or a suspended laptop.
  void jump(std::chrono::microseconds by) { wall_us_ += by.count(); }

 private:
  std::atomic<std::int64_t> wall_us_{1'700'000'000'000'000};
  std::atomic<std::int64_t> steady_us_{1'000'000'000};
};

/// "2026-11-23T20:35:49.123456+00:00": the form of every date on the wire.
std::string to_iso(WallTime time);
/// Reads ISO 8601 dates and date-times, with or without fraction and offset ("Z", "+02:00"; none is UTC).
Result<WallTime> from_iso(std::string_view text);

}  // namespace jarvis
