// A SQLite database as a whole, while others use it: copied, and looked through for damage. Any thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace jarvis::server::store {

/// Writes the database as it is at this moment to a new file, compacted. Writers go on meanwhile. Errors: not_found,
/// conflict when `to` is there, exhausted, io.
Status snapshot_sqlite(const std::string& from, const std::string& to);

/// What SQLite finds wrong with its pages, indexes and references; nothing in a sound file.
Result<std::vector<std::string>> damage_of_sqlite(const std::string& path);

}  // namespace jarvis::server::store
