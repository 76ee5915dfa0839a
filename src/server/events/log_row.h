// A row of the table of logs, as the statements that read it select its columns.
#pragma once

#include <vector>

#include "server/events/event_store.h"

namespace jarvis::server::events {

inline std::vector<StoredLog> logs_from(store::Rows rows) {
  std::vector<StoredLog> out;
  out.reserve(rows.size());
  for (store::Row& row : rows) {
    out.push_back({.id = row.integer(0),
                   .time_ms = row.integer(1),
                   .level = row.take_text(2),
                   .message = row.take_text(3),
                   .worker = row.take_text(4),
                   .first_line = row.integer(5)});
  }
  return out;
}

}  // namespace jarvis::server::events
