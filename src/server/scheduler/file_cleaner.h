// Deletes the files of deleted tasks in the background: what domain/file_removal put on the list, until the list is
// empty. Begins again where it was after a restart; several servers on one database may do it at once.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "server/store/store.h"

namespace jarvis::server::scheduler {

class FileCleaner {
 public:
  virtual ~FileCleaner() = default;
  /// One look at the list, for tests: how many files are gone. Errors: the store's; the next look tries again.
  virtual Result<std::int64_t> tick() = 0;
};

/// Removes one file, unless it was written after `then`: a task that was reset may have made it again. not_found counts
/// as done.
using RemoveFile = std::function<Status(const std::string& path, WallTime then)>;

enum class CleanerThread : std::uint8_t { runs, none };
/// One thread that looks every second. What cannot be deleted is tried again ever more rarely, and shown by
/// organization.get_deletion_status.
std::unique_ptr<FileCleaner> make_file_cleaner(store::Store& store, const Clock& clock, RemoveFile remove,
                                               CleanerThread thread = CleanerThread::runs);

}  // namespace jarvis::server::scheduler
