// A database as a server of an earlier version left it, for tests of migrations: the scripts up to a number, then rows
// in that version's layout.
#pragma once

#include <vector>

#include "base/assert.h"
#include "server/store/migrations.h"
#include "server/store/sqlite_connection.h"
#include "server/store/store_fixture.h"

namespace jarvis::embedded {
extern const std::span<const File> sqlite_migrations;
extern const std::span<const File> postgres_migrations;
}  // namespace jarvis::embedded

namespace jarvis::server::store {

inline void fill_old_database(SchemaConnection& connection, std::span<const embedded::File> scripts,
                              const std::string& last, const std::string& rows) {
  std::vector<embedded::File> some;
  for (const embedded::File& script : scripts) {
    if (script.name <= last) some.push_back(script);
  }
  const Status migrated = migrate(connection, some);
  JV_ASSERT(migrated.has_value());
  const Status filled = connection.execute(rows);
  JV_ASSERT(filled.has_value());
}

/// Where `kind`'s open() will find it. `last` is the file name of the last script that version had. `rows` is SQL that
/// both databases understand.
inline void make_old_database(const StoreKind& kind, const std::filesystem::path& directory, const std::string& last,
                              const std::string& rows) {
  const Statements none = Statements::parse({});
  if (std::string_view(kind.name) == kSqlite.name) {
    const SqliteOptions options{.path = (directory / "jarvis.db").string(), .durable = false};
    const auto connection = SqliteConnection::open(options, SqliteConnection::Mode::write, none).value();
    fill_old_database(*connection, embedded::sqlite_migrations, last, rows);
  } else {
    const std::string url = TestPostgres::instance().empty_database(directory.filename());
    const auto connection = PostgresConnection::open(url, none).value();
    fill_old_database(*connection, embedded::postgres_migrations, last, rows);
  }
}

}  // namespace jarvis::server::store
