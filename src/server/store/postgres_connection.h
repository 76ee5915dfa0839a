// One PostgreSQL connection with its prepared statements. Used by one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "server/store/migrations.h"
#include "server/store/statements.h"
#include "server/store/store.h"

struct pg_conn;
struct pg_result;

namespace jarvis::server::store {

class PostgresConnection final : public SchemaConnection {
 public:
  /// Why the last statement that failed did so, for whoever decides whether to try again.
  enum class Failure : std::uint8_t { none, other, conflicting_writes, not_unique, connection_lost };

  /// `statements` must outlive the connection. Errors: unavailable when nobody answers there (or not yet),
  /// unauthorized, not_found (no such database), invalid_argument (the address), unsupported. No message has the
  /// password in it.
  static Result<std::unique_ptr<PostgresConnection>> open(const std::string& url, const Statements& statements);
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;
  ~PostgresConnection() override;

  /// Prepared at its first use.
  Result<Rows> run_named(std::string_view name, const std::vector<Param>& params);
  /// Planned for these parameters, every time: their values decide which index serves.
  Result<Rows> run_sql(std::string_view sql, const std::vector<Param>& params) override;
  Status execute(const std::string& script) override;
  /// COPY, the fastest way in: `into` is "table (column, ...)", `lines` are in its text format.
  Status copy_in(const std::string& into, std::string_view lines);
  Dialect dialect() const override { return Dialect::postgres; }
  bool in_transaction() const override;
  std::int64_t changed() const { return changed_; }

  bool is_usable() const;
  /// True after a statement of this transaction failed: nothing but ROLLBACK works now.
  bool is_transaction_broken() const;
  Failure failure() const { return failure_; }
  void forget_failure() { failure_ = Failure::none; }

  /// Notices that came ("LISTEN" before): the payloads. Never waits. Errors: unavailable, when the connection is gone.
  Result<std::vector<std::string>> take_notices();
  int socket() const;

 private:
  struct ResultDeleter {
    void operator()(pg_result* result) const;
  };
  using ResultPtr = std::unique_ptr<pg_result, ResultDeleter>;

  PostgresConnection(pg_conn* connection, const Statements& statements)
      : connection_(connection), statements_(statements) {}
  Result<Rows> rows_of(ResultPtr result);
  Error failed(const pg_result* result);
  Error lost();

  pg_conn* connection_;
  const Statements& statements_;
  std::unordered_set<std::string> prepared_;
  std::int64_t changed_ = 0;
  Failure failure_ = Failure::none;
};

}  // namespace jarvis::server::store
