#include "server/store/sqlite_snapshot.h"

#include <filesystem>

#include "server/store/sqlite_connection.h"

namespace jarvis::server::store {
namespace {

Result<std::unique_ptr<SqliteConnection>> connect(const std::string& path, const Statements& statements) {
  if (!std::filesystem::exists(path)) return not_found("there is no database " + path);
  return SqliteConnection::open({.path = path}, SqliteConnection::Mode::write, statements);
}

}  // namespace

Status snapshot_sqlite(const std::string& from, const std::string& to) {
  if (std::filesystem::exists(to)) return Error(ErrorCode::conflict, to + " is there already");
  const Statements none = Statements::parse({});
  TRY(const auto connection, connect(from, none));
  CHECK_OK(connection->run_sql("VACUUM INTO ?1", {std::string_view(to)}));
  return {};
}

Result<std::vector<std::string>> damage_of_sqlite(const std::string& path) {
  const Statements none = Statements::parse({});
  TRY(const auto connection, connect(path, none));
  std::vector<std::string> out;
  TRY(const Rows pages, connection->run_sql("PRAGMA integrity_check(100)", {}));
  for (const Row& row : pages) {
    if (row.text(0) != "ok") out.push_back(row.text(0));
  }
  TRY(const Rows references, connection->run_sql("PRAGMA foreign_key_check", {}));
  for (const Row& row : references)
    out.push_back("a row of " + row.text(0) + " refers to one of " + row.text(2) + " that is not there");
  return out;
}

}  // namespace jarvis::server::store
