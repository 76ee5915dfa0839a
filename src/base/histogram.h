// How long things took, counted by bounds, as Prometheus adds them up. Thread-safe, without locks.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace jarvis {

class Histogram {
 public:
  /// Seconds: from what a read takes to what nobody waits for.
  static constexpr std::array<double, 12> kBounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                  0.01,   0.025,   0.1,    0.5,   2.5,    10};

  void add(std::chrono::nanoseconds time) {
    const double seconds = std::chrono::duration<double>(time).count();
    std::size_t place = 0;
    while (place < kBounds.size() && seconds > kBounds[place])
      ++place;
    counts_[place].fetch_add(1, std::memory_order_relaxed);
    const auto ns = time.count() > 0 ? static_cast<std::uint64_t>(time.count()) : 0;
    sum_ns_.fetch_add(ns, std::memory_order_relaxed);
  }

  /// Of each bound, and above the last: how many took no longer than it and longer than the one before.
  std::array<std::uint64_t, kBounds.size() + 1> counts() const {
    std::array<std::uint64_t, kBounds.size() + 1> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = counts_[i].load(std::memory_order_relaxed);
    return out;
  }
  double sum_seconds() const { return static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) / 1e9; }

 private:
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> counts_{};
  std::atomic<std::uint64_t> sum_ns_{0};
};

}  // namespace jarvis
