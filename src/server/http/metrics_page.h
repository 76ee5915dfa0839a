// GET /metrics: what Prometheus asks for, in its text format.
#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/histogram.h"
#include "base/result.h"

namespace jarvis::server {
struct Services;
}

namespace jarvis::server::http {

/// The requests of one endpoint. Thread-safe.
class RequestMeter {
 public:
  /// `time`: none for one that waited by intention.
  void add(int status, std::optional<std::chrono::nanoseconds> time) {
    const int group = status / 100;
    answers_.at(group >= 1 && group <= 5 ? static_cast<std::size_t>(group) : 0).fetch_add(1, std::memory_order_relaxed);
    if (time) times_.add(*time);
  }
  /// Of "2xx" with group 2.
  std::uint64_t answers(std::size_t group) const { return answers_.at(group).load(std::memory_order_relaxed); }
  const Histogram& times() const { return times_; }

 private:
  std::array<std::atomic<std::uint64_t>, 6> answers_{};
  Histogram times_;
};

/// Endpoints that nobody has called are left out. Errors: the store's.
Result<std::string> metrics_page(const Services& services,
                                 std::span<const std::pair<std::string_view, const RequestMeter*>> meters,
                                 std::uint64_t unknown_fields);

}  // namespace jarvis::server::http
