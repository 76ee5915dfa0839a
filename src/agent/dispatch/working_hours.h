// When a daemon may take work: a weekly timetable, and what people force on a queue or a worker meanwhile. Pure.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace jarvis::agent {

class WorkingHours {
 public:
  /// Always open.
  WorkingHours() { open_.set(); }
  /// Entries are "<hours> <days>": "17-20 TUE", "9-12,13-17 MON-FRI", "20 SAT,SUN" (20:00 to midnight); "22-6 FRI" goes
  /// on into Saturday. Words that were not quoted ("17-20", "TUE") are put together. At most one of both may be given.
  /// Errors: invalid_argument (names the entry and the form).
  static Result<WorkingHours> parse(const std::vector<std::string>& uptime, const std::vector<std::string>& downtime);

  /// `weekday` 0 is Sunday.
  bool is_open(int weekday, int hour) const { return open_[static_cast<std::size_t>(weekday * 24 + hour)]; }
  bool is_always_open() const { return open_.all(); }
  /// "SUN closed\nMON 9-12 13-17\n...".
  std::string describe() const;

 private:
  std::bitset<std::size_t{7} * 24> open_;
};

/// Hour and weekday of a moment on this machine's clock, and how long that hour still lasts.
struct LocalHour {
  int weekday = 0;
  int hour = 0;
  std::chrono::seconds left{3600};
};
LocalHour local_hour(WallTime time);

/// What people force: the queue's tags "force_workers:off" and "force_workers:on", then the worker's runtime property
/// "force". Nothing: the timetable decides.
std::optional<bool> forced(const std::vector<std::string>& queue_tags, const std::optional<std::string>& worker_force);

}  // namespace jarvis::agent
