// Moves a database from SQLite to PostgreSQL: every table, in pieces that are committed with how far it has come, then
// read back and compared.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace jarvis::server::store {

struct CopyProgress {
  enum class Stage : std::uint8_t { copying, comparing };
  Stage stage;
  std::string_view table;
  std::int64_t done, total;  // rows
};

struct CopyJob {
  std::string sqlite_path;
  std::string url;
  std::string signing_key;  // what the keys in the database were hashed with
  std::function<void(const CopyProgress&)> report;
};

/// Returns the number of rows. Begun again after it was interrupted, it goes on where it was; no server starts on the
/// half-filled database meanwhile. Nobody may write to either database. Errors: conflict, when a server runs on the new
/// database or it holds something else; corrupt, when a table is not the same on both sides afterwards.
Result<std::int64_t> copy_to_postgres(const CopyJob& job);

/// The table in the new database that is there until everything has been compared.
inline constexpr const char* kUnfinishedCopy = "unfinished_copy";

}  // namespace jarvis::server::store
