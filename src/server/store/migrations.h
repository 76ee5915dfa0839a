// Brings a database's schema to this binary's: numbered scripts, forward only, one transaction each, checksums kept.
#pragma once

#include <span>

#include "base/embedded.h"
#include "server/store/sqlite_connection.h"

namespace jarvis::server::store {

/// Errors: unsupported when the database is newer than this binary (the message names both versions and what to do),
/// corrupt when a script that was applied is not the one this binary has.
Status migrate(SqliteConnection& connection, std::span<const embedded::File> scripts);

}  // namespace jarvis::server::store
