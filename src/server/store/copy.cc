#include "server/store/copy.h"

#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "server/store/copy_table.h"
#include "server/store/postgres_locks.h"

namespace jarvis::embedded {
extern const std::span<const File> sqlite_migrations;
extern const std::span<const File> postgres_migrations;
}  // namespace jarvis::embedded

namespace jarvis::server::store {
namespace {

// A piece is so large that its commit costs little beside it, and so small that memory does not see it.
constexpr std::size_t kPieceBytes = 4U << 20;
constexpr std::size_t kPieceRowsMax = 5000;

class Copy {
 public:
  Copy(const CopyJob& job, SqliteConnection& from, PostgresConnection& to) : job_(job), from_(from), to_(to) {}

  Result<std::int64_t> run() {
    CHECK_OK(claim_target());
    TRY(const auto tables, tables_to_copy(from_, to_));
    std::int64_t rows = 0;
    for (const CopyTable& table : tables) {
      TRY(const std::int64_t total, count(table));
      CHECK_OK(copy(table, total));
      rows += total;
    }
    for (const CopyTable& table : tables)
      CHECK_OK(compare(table));
    CHECK_OK(finish(tables));
    return rows;
  }

 private:
  /// Ours alone, and empty but for what we put there before.
  Status claim_target() {
    TRY(const Rows lock, to_.run_sql("SELECT pg_try_advisory_lock(" + std::string(kLeaderLock) + ")", {}));
    if (lock.front().integer(0) == 0)
      return Error(ErrorCode::conflict, "a jarvis-server is running on the new database: stop it first");
    TRY(const Rows begun, to_.run_sql("SELECT to_regclass($1::text) IS NOT NULL", {kUnfinishedCopy}));
    if (begun.front().integer(0) == 0) {
      TRY(const Rows old, to_.run_sql("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                                      "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')",
                                      {}));
      if (old.front().integer(0) != 0) {
        return Error(ErrorCode::conflict,
                     "the new database is not empty. Make another: CREATE DATABASE ... ENCODING "
                     "'UTF8' TEMPLATE template0");
      }
      CHECK_OK(to_.execute("CREATE TABLE " + std::string(kUnfinishedCopy) +
                           " (name text PRIMARY KEY, last_key text NOT NULL, rows bigint NOT NULL)"));
    }
    CHECK_OK(migrate(to_, embedded::postgres_migrations));
    CHECK_OK(to_.run_sql("INSERT INTO server_secrets (name, value) VALUES ('signing.key', $1) ON CONFLICT DO NOTHING",
                         {Blob{job_.signing_key}}));
    return {};
  }

  Result<std::int64_t> count(const CopyTable& table) {
    TRY(const Rows rows, from_.run_sql("SELECT count(*) FROM \"" + table.name + "\"", {}));
    return rows.front().integer(0);
  }

  void report(CopyProgress::Stage stage, const CopyTable& table, std::int64_t done, std::int64_t total) const {
    if (job_.report) job_.report({.stage = stage, .table = table.name, .done = done, .total = total});
  }

  Status copy(const CopyTable& table, std::int64_t total) {
    json::array last;
    std::int64_t done = 0;
    TRY(const Rows known, to_.run_sql("SELECT last_key, rows FROM " + std::string(kUnfinishedCopy) + " WHERE name = $1",
                                      {std::string_view(table.name)}));
    if (!known.empty()) {
      TRY(const json::value key, parse_json(known.front().text(0)));
      last = key.as_array();
      done = known.front().integer(1);
    }
    report(CopyProgress::Stage::copying, table, done, total);
    std::size_t limit = 100;
    while (true) {
      TRY(const Rows rows, piece(table, last, limit));
      if (rows.empty()) return {};
      std::string lines;
      for (const Row& row : rows)
        append_copy_line(table, row, lines);
      last = key_of(table, rows.back());
      done += static_cast<std::int64_t>(rows.size());
      CHECK_OK(store_piece(table, lines, last, done));
      report(CopyProgress::Stage::copying, table, done, total);
      limit =
          std::clamp<std::size_t>(kPieceBytes / std::max<std::size_t>(1, lines.size() / rows.size()), 4, kPieceRowsMax);
    }
  }

  /// The rows behind the key `last`, in its order.
  Result<Rows> piece(const CopyTable& table, const json::array& last, std::size_t limit) {
    std::string key;
    std::string places;
    for (std::size_t i = 0; i < table.key.size(); ++i) {
      key += (i > 0 ? ", \"" : "\"") + table.columns[table.key[i]] + "\"";
      places += (i > 0 ? ", ?" : "?") + std::to_string(i + 1);
    }
    std::string sql = "SELECT " + table.column_list() + " FROM \"" + table.name + "\"";
    if (!last.empty()) sql += " WHERE (" + key + ") > (" + places + ")";
    sql += " ORDER BY " + key + " LIMIT " + std::to_string(limit);
    std::vector<Param> params;
    for (const json::value& value : last) {
      if (value.is_string()) {
        params.emplace_back(std::string_view(value.get_string()));
      } else {
        params.emplace_back(value.to_number<std::int64_t>());
      }
    }
    return from_.run_sql(sql, params);
  }

  static json::array key_of(const CopyTable& table, const Row& row) {
    json::array key;
    for (const std::size_t column : table.key) {
      const Cell& cell = row.cell(column);
      if (std::holds_alternative<std::string>(cell)) {
        key.emplace_back(row.text(column));
      } else {
        key.emplace_back(row.integer(column));
      }
    }
    return key;
  }

  Status store_piece(const CopyTable& table, const std::string& lines, const json::array& last, std::int64_t done) {
    const std::string key = json::serialize(last);
    CHECK_OK(to_.execute("BEGIN"));
    Status status = to_.copy_in("\"" + table.name + "\" (" + table.column_list() + ")", lines);
    if (status) {
      const auto kept =
          to_.run_sql("INSERT INTO " + std::string(kUnfinishedCopy) +
                          " VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET last_key = $2, rows = $3",
                      {std::string_view(table.name), std::string_view(key), done});
      if (!kept) status = kept.error();
    }
    if (status) status = to_.execute("COMMIT");
    if (!status) return std::move(status).error().context("table " + table.name);
    return {};
  }

  struct Sum {
    std::int64_t rows = 0;
    std::uint64_t checksum = 0;
    bool operator==(const Sum&) const = default;
    void add(const CopyTable& table, const Rows& more) {
      rows += static_cast<std::int64_t>(more.size());
      for (const Row& row : more)
        checksum += store::checksum(table, row);
    }
  };

  Status compare(const CopyTable& table) {
    Sum before, after;
    json::array last;
    while (true) {
      TRY(const Rows rows, piece(table, last, 200));
      if (rows.empty()) break;
      before.add(table, rows);
      last = key_of(table, rows.back());
    }
    CHECK_OK(to_.execute("BEGIN READ ONLY; DECLARE all_rows CURSOR FOR SELECT " + table.compared_list() + " FROM \"" +
                         table.name + "\""));
    while (true) {
      TRY(const Rows rows, to_.run_sql("FETCH 200 FROM all_rows", {}));
      if (rows.empty()) break;
      after.add(table, rows);
      report(CopyProgress::Stage::comparing, table, after.rows, before.rows);
    }
    CHECK_OK(to_.execute("COMMIT"));
    if (before == after) return {};
    return Error(ErrorCode::corrupt, "table " + table.name + " is not the same on both sides (" +
                                         std::to_string(before.rows) + " rows here, " + std::to_string(after.rows) +
                                         " there). Did a server write meanwhile? Drop the new database, make it again, "
                                         "and begin anew.");
  }

  Status finish(const std::vector<CopyTable>& tables) {
    CHECK_OK(to_.execute("BEGIN"));
    for (const CopyTable& table : tables) {
      for (const std::string& column : table.identity) {
        CHECK_OK(to_.execute("SELECT setval(pg_get_serial_sequence('" + table.name + "', '" + column +
                             "'), coalesce(max(\"" + column + "\"), 0) + 1, false) FROM \"" + table.name + "\""));
      }
    }
    // New entries go beyond all that there are (see entry_bounds).
    CHECK_OK(
        to_.execute("SELECT setval('queue_positions', coalesce(ceil(max(abs(position)))::bigint, 0) + 1) FROM "
                    "(SELECT position FROM queue_entries UNION ALL SELECT position FROM leases) AS positions"));
    CHECK_OK(to_.execute("DROP TABLE " + std::string(kUnfinishedCopy) + "; COMMIT"));
    return to_.execute("ANALYZE");
  }

  const CopyJob& job_;
  SqliteConnection& from_;
  PostgresConnection& to_;
};

}  // namespace

Result<std::int64_t> copy_to_postgres(const CopyJob& job) {
  const Statements none;
  TRY(const auto from, SqliteConnection::open({.path = job.sqlite_path}, SqliteConnection::Mode::write, none));
  CHECK_OK(migrate(*from, embedded::sqlite_migrations));
  TRY(const auto to, PostgresConnection::open(job.url, none));
  return Copy(job, *from, *to).run();
}

}  // namespace jarvis::server::store
