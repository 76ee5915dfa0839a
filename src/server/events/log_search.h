// Where a text is in a log: the database's part of it.
#pragma once

#include <string>
#include <vector>

#include "server/events/event_store.h"

namespace jarvis::server::events {

/// What to look for in the lines [from, to) of a log.
struct LogSearch {
  std::int64_t from = 0, to = 0;
  std::string pattern;  // RE2
  bool ignore_case = false;
  bool is_backward = false;
  std::size_t count = 0;  // of events, at most
};

/// The events that hold lines searched and show the pattern, the last first when going backward. Some may show it in
/// another of their lines or not at all: the caller looks again.
Result<std::vector<StoredLog>> logs_showing(store::Transaction& tx, const TaskId& task, const LogSearch& search);

}  // namespace jarvis::server::events
