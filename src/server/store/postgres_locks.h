// Advisory locks are numbers that all users of a PostgreSQL database share: ours begin with "jarv".
#pragma once

namespace jarvis::server::store {

inline constexpr const char* kMigrationLock = "1785885302, 1";  // the schema is being changed
inline constexpr const char* kLeaderLock = "1785885302, 2";     // held by the server that looks after the database

}  // namespace jarvis::server::store
