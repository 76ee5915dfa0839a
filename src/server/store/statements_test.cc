// Two dialects in step: what is named in one is named in the other, and each statement is valid where it stands.
#include "server/store/statements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "server/store/store_fixture.h"

namespace jarvis::embedded {
extern const std::span<const File> sqlite_statements;
extern const std::span<const File> sqlite_migrations;
extern const std::span<const File> postgres_statements;
extern const std::span<const File> postgres_migrations;
}  // namespace jarvis::embedded

namespace jarvis::server::store {
namespace {

constexpr const char* kWhatToDo =
    "Write the same for the other database: src/server/store/sql/{sqlite,postgres}/*.sql, "
    "src/server/store/migrations/{sqlite,postgres}/*.sql; docs/postgresql.md says how their words differ.";

// servers.sql is about several servers on one database: SQLite has one.
std::set<std::string> names_of(std::span<const embedded::File> files) {
  std::vector<embedded::File> shared;
  for (const embedded::File& file : files) {
    if (file.name != "servers.sql") shared.push_back(file);
  }
  std::set<std::string> out;
  const Statements statements = Statements::parse(shared);
  for (const auto& [name, sql] : statements.all())
    out.insert(name);
  return out;
}

std::set<std::string> files_of(std::span<const embedded::File> files) {
  std::set<std::string> out;
  for (const embedded::File& file : files)
    out.emplace(file.name);
  return out;
}

TEST(Dialects, have_the_same_statements) {
  EXPECT_EQ(names_of(embedded::sqlite_statements), names_of(embedded::postgres_statements)) << kWhatToDo;
}

TEST(Dialects, have_the_same_migrations) {
  EXPECT_EQ(files_of(embedded::sqlite_migrations), files_of(embedded::postgres_migrations)) << kWhatToDo;
}

TEST(Dialects, every_statement_of_sqlite_is_valid) {
  const auto dir = proc::TempDir::make("/tmp", "jarvis-store-").value();
  const auto store = kSqlite.open(dir.path());
  const Statements statements = Statements::parse(embedded::sqlite_statements);

  for (const auto& [name, sql] : statements.all()) {
    const auto explained = store->read([&](Transaction& tx) { return tx.run_sql("EXPLAIN " + sql, {}); });
    EXPECT_TRUE(explained) << name << ": " << (explained ? "" : explained.error().message());
  }
}

TEST(Dialects, every_statement_of_postgresql_is_valid) {
  const auto dir = proc::TempDir::make("/tmp", "jarvis-store-").value();
  const auto store = kPostgres.open(dir.path());
  const Statements statements = Statements::parse(embedded::postgres_statements);
  const auto connection =
      PostgresConnection::open(TestPostgres::instance().url(dir.path().filename()), statements).value();

  for (const auto& [name, sql] : statements.all()) {
    const Status prepared = connection->execute("PREPARE \"" + name + "\" AS " + sql);
    EXPECT_TRUE(prepared) << name << ": " << (prepared ? "" : prepared.error().message());
  }
}

}  // namespace
}  // namespace jarvis::server::store
