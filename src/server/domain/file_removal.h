// Files that go with the task that uploaded them. A deletion writes their paths into a table, in its own transaction;
// scheduler/file_cleaner deletes them afterwards, so nothing is forgotten when the server stops in between.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "server/call.h"
#include "server/store/store.h"

namespace jarvis::server::domain {

/// The path on our file server that `url` means, if it is one of the task's own: clients upload into a folder
/// "<name>.<task id>" or "<task id>". Anything else, other servers and buckets included, is not ours to delete: a task
/// may name what it likes.
std::optional<std::string> own_path(std::string_view url, std::string_view task);

struct Removal {
  std::int64_t scheduled = 0;
  std::vector<std::string> not_ours;  // URLs that only their owner can delete
};
/// Puts what is ours on the list.
Result<Removal> schedule_removal(store::Transaction& tx, const Call& call, std::string_view task,
                                 const std::vector<std::string>& urls, WallTime now);

}  // namespace jarvis::server::domain
