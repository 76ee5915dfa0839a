// Brings a database's schema to this binary's: numbered scripts, forward only, one transaction each, checksums kept.
#pragma once

#include <span>

#include "base/embedded.h"
#include "server/store/store.h"

namespace jarvis::server::store {

/// What a migration needs of a connection of either database.
class SchemaConnection {
 public:
  virtual ~SchemaConnection() = default;
  virtual Dialect dialect() const = 0;
  virtual Result<Rows> run_sql(std::string_view sql, const std::vector<Param>& params) = 0;
  /// Several statements without parameters.
  virtual Status execute(const std::string& script) = 0;
  virtual bool in_transaction() const = 0;
};

/// Nobody else may migrate the same database meanwhile. Errors: unsupported when the database is newer than this
/// binary (the message names both versions and what to do), corrupt when a script that was applied is not the one this
/// binary has.
Status migrate(SchemaConnection& connection, std::span<const embedded::File> scripts);

/// Changes nothing. Errors: those of migrate(), and unsupported when it would have something to do.
Status expect_current(SchemaConnection& connection, std::span<const embedded::File> scripts);

}  // namespace jarvis::server::store
