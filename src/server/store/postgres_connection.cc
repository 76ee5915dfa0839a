#include "server/store/postgres_connection.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/log.h"
#include "server/store/postgres_values.h"

namespace jarvis::server::store {
namespace {

/// By SQLSTATE: the class is its first two letters (PostgreSQL's manual, appendix A).
ErrorCode code_for(std::string_view state) {
  if (state == "2201B") return ErrorCode::invalid_argument;  // a regular expression
  if (state == "53100" || state == "53200") return ErrorCode::exhausted;
  if (state == "57014" || state == "55P03") return ErrorCode::timeout;
  if (state == "3D000") return ErrorCode::not_found;
  if (state == "25006") return ErrorCode::unavailable;  // the server we reach is a standby now
  if (state == "42501") return ErrorCode::forbidden;
  const std::string_view family = state.substr(0, 2);
  if (family == "23") return ErrorCode::conflict;
  if (family == "28") return ErrorCode::unauthorized;
  if (family == "40" || family == "53" || family == "57" || family == "08") return ErrorCode::unavailable;
  if (family == "54") return ErrorCode::too_large;
  if (family == "58") return ErrorCode::io;
  if (family == "XX") return ErrorCode::corrupt;
  return ErrorCode::internal;
}

PostgresConnection::Failure failure_for(std::string_view state) {
  using Failure = PostgresConnection::Failure;
  if (state == "40001" || state == "40P01") return Failure::conflicting_writes;
  if (state == "23505") return Failure::not_unique;
  // 57P0x: the server is told to stop, or has crashed and starts again.
  if (state.starts_with("57P") || state.starts_with("08")) return Failure::connection_lost;
  return Failure::other;
}

std::string field(const PGresult* result, int which) {
  const char* text = PQresultErrorField(result, which);
  return text == nullptr ? "" : text;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// libpq says it in words only before a session is there.
ErrorCode code_of_refusal(const std::string& message) {
  const auto says = [&](std::string_view words) { return message.find(words) != std::string::npos; };
  if (says("authentication failed") || says("no password supplied") || says("pg_hba.conf") ||
      (says("role \"") && says("does not exist"))) {
    return ErrorCode::unauthorized;
  }
  if (says("database \"") && says("does not exist")) return ErrorCode::not_found;
  if (says("invalid ")) return ErrorCode::invalid_argument;  // a value, such as that of sslmode
  return ErrorCode::unavailable;
}

/// libpq's own words about an address repeat it, password and all: ours do not.
Status check_address(const std::string& url) {
  PQconninfoOption* options = PQconninfoParse(url.c_str(), nullptr);
  if (options == nullptr) {
    return invalid_argument(
        "this is no address of a PostgreSQL database. One is written postgresql://USER:PASSWORD@HOST:PORT/DATABASE, "
        "with "
        "%XX for what is no letter or digit in a password");
  }
  PQconninfoFree(options);
  return {};
}

void log_notice(void*, const char* text) {
  log::debug("the database says", {{"notice", trimmed(text)}});
}

}  // namespace

void PostgresConnection::ResultDeleter::operator()(pg_result* result) const {
  PQclear(result);
}

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const std::string& url,
                                                                     const Statements& statements) {
  CHECK_OK(check_address(url));
  // Before dbname: what the address may say otherwise. Behind it: what it may not.
  const std::array keywords{"connect_timeout",  "keepalives_idle",  "keepalives_interval",
                            "keepalives_count", "tcp_user_timeout", "application_name",
                            "dbname",           "client_encoding",  static_cast<const char*>(nullptr)};
  const std::array values{
      "5", "10", "5", "3", "20000", "jarvis-server", url.c_str(), "UTF8", static_cast<const char*>(nullptr)};
  PGconn* raw = PQconnectdbParams(keywords.data(), values.data(), 1);
  std::unique_ptr<PostgresConnection> connection(new PostgresConnection(raw, statements));
  if (PQstatus(raw) != CONNECTION_OK) {
    const std::string message = trimmed(PQerrorMessage(raw));
    return Error(code_of_refusal(message), "the database cannot be reached: " + message);
  }
  PQsetNoticeProcessor(raw, log_notice, nullptr);
  if (PQserverVersion(raw) < 130000) {
    return Error(ErrorCode::unsupported, "PostgreSQL 13 or newer is needed, this one is " +
                                             std::string(PQparameterStatus(raw, "server_version")));
  }
  if (std::string_view(PQparameterStatus(raw, "server_encoding")) != "UTF8") {
    return Error(ErrorCode::unsupported,
                 "the database's encoding is " + std::string(PQparameterStatus(raw, "server_encoding")) +
                     ". Make one with: CREATE DATABASE jarvis ENCODING 'UTF8' TEMPLATE template0");
  }
  // What was acknowledged is on disk, whatever the cluster's default. jit: compiling costs more than our queries.
  CHECK_OK(
      connection->execute("SET jit = off; SET standard_conforming_strings = on;"
                          "SELECT set_config('synchronous_commit', 'on', false) "
                          "WHERE current_setting('synchronous_commit') = 'off'"));
  return connection;
}

PostgresConnection::~PostgresConnection() {
  PQfinish(connection_);
}

bool PostgresConnection::is_usable() const {
  return PQstatus(connection_) == CONNECTION_OK && failure_ != Failure::connection_lost;
}
bool PostgresConnection::in_transaction() const {
  const auto status = PQtransactionStatus(connection_);
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}
bool PostgresConnection::is_transaction_broken() const {
  return PQtransactionStatus(connection_) == PQTRANS_INERROR;
}
int PostgresConnection::socket() const {
  return PQsocket(connection_);
}

Error PostgresConnection::lost() {
  failure_ = Failure::connection_lost;
  return unavailable("the connection to the database was lost: " + trimmed(PQerrorMessage(connection_)));
}

Error PostgresConnection::failed(const pg_result* result) {
  const std::string state = field(result, PG_DIAG_SQLSTATE);
  if (state.empty() || PQstatus(connection_) != CONNECTION_OK) return lost();
  // The first failure of a transaction is the one that counts: what follows only says that it failed.
  if (state != "25P02") failure_ = failure_for(state);
  std::string message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  if (const std::string detail = field(result, PG_DIAG_MESSAGE_DETAIL); !detail.empty()) message += " (" + detail + ")";
  return Error(code_for(state), message);
}

Result<Rows> PostgresConnection::run_named(std::string_view name, const std::vector<Param>& params) {
  const std::string key(name);
  if (!prepared_.contains(key)) {
    const std::string sql(statements_.find(name));
    if (sql.empty()) return internal_error("there is no SQL statement named '" + key + "'");
    const ResultPtr result(PQprepare(connection_, key.c_str(), sql.c_str(), 0, nullptr));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) return failed(result.get()).context("prepare " + key);
    prepared_.insert(key);
  }
  const PostgresParams given(params);
  auto rows = rows_of(ResultPtr(
      PQexecPrepared(connection_, key.c_str(), given.count(), given.values(), given.lengths(), given.formats(), 1)));
  if (!rows) return std::move(rows).error().context(name);
  return rows;
}

Result<Rows> PostgresConnection::run_sql(std::string_view sql, const std::vector<Param>& params) {
  const PostgresParams given(params);
  return rows_of(ResultPtr(PQexecParams(connection_, std::string(sql).c_str(), given.count(), nullptr, given.values(),
                                        given.lengths(), given.formats(), 1)));
}

Result<Rows> PostgresConnection::rows_of(ResultPtr result) {
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return failed(result.get());
  const std::string_view changed = PQcmdTuples(result.get());
  changed_ = 0;
  std::from_chars(changed.data(), changed.data() + changed.size(), changed_);
  Rows rows;
  const int count = PQntuples(result.get());
  const int columns = PQnfields(result.get());
  rows.reserve(static_cast<std::size_t>(count));
  for (int row = 0; row < count; ++row) {
    std::vector<Cell> cells;
    cells.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) {
      TRY(Cell cell, postgres_cell(result.get(), row, column));
      cells.push_back(std::move(cell));
    }
    rows.emplace_back(std::move(cells));
  }
  return rows;
}

Status PostgresConnection::execute(const std::string& script) {
  const ResultPtr result(PQexec(connection_, script.c_str()));
  const auto status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) return {};
  return failed(result.get());
}

Status PostgresConnection::copy_in(const std::string& into, std::string_view lines) {
  const ResultPtr begun(PQexec(connection_, ("COPY " + into + " FROM STDIN").c_str()));
  if (PQresultStatus(begun.get()) != PGRES_COPY_IN) return failed(begun.get());
  const bool is_sent = PQputCopyData(connection_, lines.data(), static_cast<int>(lines.size())) == 1 &&
                       PQputCopyEnd(connection_, nullptr) == 1;
  const ResultPtr result(PQgetResult(connection_));
  const bool is_copied = is_sent && PQresultStatus(result.get()) == PGRES_COMMAND_OK;
  while (PGresult* rest = PQgetResult(connection_))
    PQclear(rest);
  if (!is_copied) return failed(result.get());
  return {};
}

Result<std::vector<std::string>> PostgresConnection::take_notices() {
  if (PQconsumeInput(connection_) == 0) return lost();
  std::vector<std::string> out;
  while (PGnotify* notice = PQnotifies(connection_)) {
    out.emplace_back(notice->extra);
    PQfreemem(notice);
  }
  return out;
}

}  // namespace jarvis::server::store
