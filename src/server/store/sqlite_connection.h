// One SQLite connection with its prepared statements. Used by one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "server/store/migrations.h"
#include "server/store/statements.h"
#include "server/store/store.h"

struct sqlite3;
struct sqlite3_stmt;

namespace jarvis::server::store {

class SqliteConnection final : public SchemaConnection {
 public:
  enum class Mode : std::uint8_t { read, write };

  /// `statements` must outlive the connection.
  static Result<std::unique_ptr<SqliteConnection>> open(const SqliteOptions& options, Mode mode,
                                                        const Statements& statements);
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;
  ~SqliteConnection() override;

  Result<Rows> run_named(std::string_view name, const std::vector<Param>& params);
  Result<Rows> run_sql(std::string_view sql, const std::vector<Param>& params) override;
  /// Several statements without parameters: migrations, pragmas, BEGIN and COMMIT.
  Status execute(const std::string& script) override;
  Dialect dialect() const override { return Dialect::sqlite; }
  std::int64_t changed() const;
  /// False once SQLite itself rolled back (a full disk, for instance).
  bool in_transaction() const override;

 private:
  SqliteConnection(sqlite3* db, const Statements& statements) : db_(db), statements_(statements) {}
  Result<sqlite3_stmt*> prepare(std::string_view key, std::string_view sql);
  Result<Rows> step_through(sqlite3_stmt* statement, const std::vector<Param>& params);
  Error last_error(std::string_view doing, int code) const;

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  sqlite3* db_;
  const Statements& statements_;
  std::unordered_map<std::string, sqlite3_stmt*, Hash, std::equal_to<>> prepared_;
};

}  // namespace jarvis::server::store
