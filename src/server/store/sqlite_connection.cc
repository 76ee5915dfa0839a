#include "server/store/sqlite_connection.h"

#include <sqlite3.h>

#include "base/limits.h"
#include "server/store/sqlite_functions.h"

namespace jarvis::server::store {
namespace {

ErrorCode code_for(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_CONSTRAINT:
      return ErrorCode::conflict;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return ErrorCode::exhausted;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::unavailable;
    case SQLITE_TOOBIG:
      return ErrorCode::too_large;
    case SQLITE_IOERR:
      return ErrorCode::io;
    default:
      return ErrorCode::internal;
  }
}

int bind(sqlite3_stmt* statement, int index, const Param& param) {
  if (const auto* integer = std::get_if<std::int64_t>(&param)) return sqlite3_bind_int64(statement, index, *integer);
  if (const auto* real = std::get_if<double>(&param)) return sqlite3_bind_double(statement, index, *real);
  // SQLITE_STATIC: the views live until run() returns, and the statement is reset before.
  if (const auto* text = std::get_if<std::string_view>(&param)) {
    return sqlite3_bind_text64(statement, index, text->data() == nullptr ? "" : text->data(), text->size(),
                               SQLITE_STATIC, SQLITE_UTF8);
  }
  if (const auto* blob = std::get_if<Blob>(&param)) {
    return sqlite3_bind_blob64(statement, index, blob->bytes.data() == nullptr ? "" : blob->bytes.data(),
                               blob->bytes.size(), SQLITE_STATIC);
  }
  return sqlite3_bind_null(statement, index);
}

Cell cell_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_NULL:
      return nullptr;
    default:
      break;
  }
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
  return bytes == nullptr ? std::string()
                          : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
}

}  // namespace

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const SqliteOptions& options, Mode mode,
                                                                 const Statements& statements) {
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(options.path.c_str(), &db,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(db, statements));
  if (code != SQLITE_OK) return connection->last_error("open " + options.path, code);
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, 10'000);
  add_functions(db);
  // 64 MiB of mapped pages and 8 MiB of cache a connection: reads of hot pages need no copy.
  CHECK_OK(connection->execute(
      "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=67108864;"));
  CHECK_OK(connection->execute(options.durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF"));
  if (mode == Mode::read) CHECK_OK(connection->execute("PRAGMA query_only=ON"));
  return connection;
}

SqliteConnection::~SqliteConnection() {
  for (auto& [name, statement] : prepared_)
    sqlite3_finalize(statement);
  sqlite3_close(db_);
}

Error SqliteConnection::last_error(std::string_view doing, int code) const {
  return Error(code_for(code),
               std::string(doing) + ": " + (db_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db_)));
}

Result<Rows> SqliteConnection::run_named(std::string_view name, const std::vector<Param>& params) {
  if (const auto found = prepared_.find(name); found != prepared_.end()) {
    auto rows = step_through(found->second, params);
    if (!rows) return std::move(rows).error().context(name);
    return rows;
  }
  const std::string_view sql = statements_.find(name);
  if (sql.empty()) return internal_error("there is no SQL statement named '" + std::string(name) + "'");
  TRY(sqlite3_stmt* const statement, prepare(name, sql));
  auto rows = step_through(statement, params);
  if (!rows) return std::move(rows).error().context(name);
  return rows;
}

Result<Rows> SqliteConnection::run_sql(std::string_view sql, const std::vector<Param>& params) {
  if (const auto found = prepared_.find(sql); found != prepared_.end()) return step_through(found->second, params);
  // Compiled queries differ from caller to caller; a bound keeps one odd client from filling the memory.
  if (prepared_.size() >= limits::prepared_statements_max) {
    for (auto& [name, statement] : prepared_)
      sqlite3_finalize(statement);
    prepared_.clear();
  }
  TRY(sqlite3_stmt* const statement, prepare(sql, sql));
  return step_through(statement, params);
}

Result<sqlite3_stmt*> SqliteConnection::prepare(std::string_view key, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return last_error("prepare " + std::string(key.substr(0, 200)), code);
  prepared_.emplace(key, statement);
  return statement;
}

Result<Rows> SqliteConnection::step_through(sqlite3_stmt* statement, const std::vector<Param>& params) {
  struct Reset {
    sqlite3_stmt* statement;
    ~Reset() {
      sqlite3_reset(statement);
      sqlite3_clear_bindings(statement);
    }
  } reset{statement};

  for (std::size_t i = 0; i < params.size(); ++i) {
    if (const int code = bind(statement, static_cast<int>(i) + 1, params[i]); code != SQLITE_OK)
      return last_error("bind", code);
  }
  Rows rows;
  const int columns = sqlite3_column_count(statement);
  while (true) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return rows;
    if (code != SQLITE_ROW) {
      Error error = last_error("run", code);
      // Our own function refuses a pattern by failing the statement: that is the caller's mistake, not ours.
      if (error.message().find("invalid regular expression") != std::string::npos)
        return invalid_argument(sqlite3_errmsg(db_));
      return error;
    }
    std::vector<Cell> cells;
    cells.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column)
      cells.push_back(cell_of(statement, column));
    rows.emplace_back(std::move(cells));
  }
}

Status SqliteConnection::execute(const std::string& script) {
  const int code = sqlite3_exec(db_, script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return last_error("run script", code);
  return {};
}

std::int64_t SqliteConnection::changed() const {
  return sqlite3_changes64(db_);
}
bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(db_) == 0;
}

}  // namespace jarvis::server::store
