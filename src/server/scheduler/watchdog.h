// Looks after what nobody reports any more: leases that were not confirmed, tasks whose worker is gone. What else one
// server does for the whole database (statistics.h) is done here, too.
#pragma once

#include <memory>

#include "base/clock.h"
#include "server/domain/task_lost.h"
#include "server/scheduler/dispatcher.h"
#include "server/store/store.h"

namespace jarvis::server::scheduler {

/// One named thread that looks every second; tick() is one look, for tests. Of several servers on one database one
/// looks, the one that leads (Store::try_lead). When it begins to lead, and after the wall clock was set, everything
/// gets limits::restart_grace before anything expires.
class Watchdog {
 public:
  virtual ~Watchdog() = default;
  /// Errors: the store's; the next look tries again.
  virtual Status tick() = 0;
};

enum class WatchdogThread : std::uint8_t { runs, none };
/// `lost`: of the tasks whose queue says nothing else.
std::unique_ptr<Watchdog> make_watchdog(store::Store& store, Dispatcher& dispatcher, const Clock& clock,
                                        domain::LostPolicy lost, WatchdogThread thread = WatchdogThread::runs);

}  // namespace jarvis::server::scheduler
