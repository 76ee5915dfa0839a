// Measures how much of the disk tasks use, in the background: this server's files one by one, and in the database what
// has changed since. Answers are made of the rows it writes (store/storage_sizes.h).
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "server/store/storage_sizes.h"

namespace jarvis::server::scheduler {

/// Sizes by task; those under "" belong to none.
using FilesByTask = std::unordered_map<std::string, store::StorageSizes>;
/// Errors: cancelled, once it is asked to stop.
using MeasureFiles = std::function<Result<FilesByTask>(const std::stop_token&)>;

/// Thread-safe.
class StorageMeter {
 public:
  virtual ~StorageMeter() = default;
  /// Measures all that is due, for tests. Errors: the store's, those of measuring files; the next look tries again.
  virtual Status tick() = 0;
  /// Somebody wants to know how it is now: everything is due.
  virtual void ask() = 0;
  virtual bool is_measuring() const = 0;
};

enum class MeterThread : std::uint8_t { runs, none };
/// One thread, which looks every second and measures when limits::storage_measure_pause is over: of the database
/// whichever of several servers comes first, of files each its own. `server_id` names the place of its files.
std::unique_ptr<StorageMeter> make_storage_meter(store::Store& store, const Clock& clock, std::string server_id,
                                                 MeasureFiles measure, MeterThread thread = MeterThread::runs);

}  // namespace jarvis::server::scheduler
