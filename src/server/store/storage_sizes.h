// How much of the disk tasks use, as it was measured last: rows that scheduler/storage_meter writes and that answers
// are made of. Runs in the caller's transaction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "server/store/store.h"

namespace jarvis::server::store {

/// In bytes, but for `files`: their number.
struct StorageSizes {
  std::int64_t artifacts = 0, models = 0, images = 0, others = 0, files = 0;  // on a file server
  std::int64_t logs = 0, scalars = 0, plots = 0;                              // in the database

  std::int64_t bytes() const { return artifacts + models + images + others + logs + scalars + plots; }
  StorageSizes& operator+=(const StorageSizes& other);
  bool operator==(const StorageSizes&) const = default;
};

/// The place of what is in the database; files are at a server's id.
inline constexpr std::string_view kDatabasePlace = "";

/// Of a task, or of no task ("").
Status put_sizes(Transaction& tx, std::string_view place, std::string_view task, const StorageSizes& sizes,
                 WallTime measured);

struct MeasuredPlace {
  std::string place;
  WallTime measured;
  StorageSizes of_no_task;
};
Result<std::vector<MeasuredPlace>> measured_places(Transaction& tx);

struct SizesOf {
  std::string id;  // of a task or of a project; empty: tasks without one
  StorageSizes sizes;
};
/// Which tasks are meant.
struct StorageQuery {
  std::string_view company;
  std::vector<std::string> projects;  // empty: all
  bool with_public = true;
};
/// By project, without what is below it.
Result<std::vector<SizesOf>> sizes_of_projects(Transaction& tx, const StorageQuery& query);
Result<std::vector<SizesOf>> largest_tasks(Transaction& tx, const StorageQuery& query, std::int64_t count);

/// What the database holds of tasks that changed since then: of `count` behind the task `after`, in their order.
Result<std::vector<SizesOf>> measure_database(Transaction& tx, WallTime since, std::string_view after,
                                              std::int64_t count);

}  // namespace jarvis::server::store
