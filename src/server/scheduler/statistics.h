// Keeps what charts show: samples queues, makes old reports of workers coarser, and forgets what is too old.
#pragma once

#include "base/clock.h"
#include "server/store/store.h"

namespace jarvis::server::scheduler {

/// Owned by one thread, which calls tick() about every second, on the one server that looks after the database.
class Statistics {
 public:
  Statistics(store::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  /// One look: a bounded piece of what there is to do. Errors: the store's; the next look tries again.
  Status tick();

 private:
  Status sample();
  Status merge_worker_samples();
  Status clean_up();

  store::Store& store_;
  const Clock& clock_;
  SteadyTime next_sample_, next_cleaning_;
  std::int64_t thinned_until_ms_ = 0;
};

}  // namespace jarvis::server::scheduler
