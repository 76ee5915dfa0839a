#include "server/store/migrations.h"

#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "base/log.h"

namespace jarvis::server::store {
namespace {

struct Script {
  std::int64_t number = 0;
  std::string_view name, text;
};

std::vector<Script> in_order(std::span<const embedded::File> files) {
  std::vector<Script> out;
  for (const embedded::File& file : files) {
    Script script{.name = file.name, .text = file.text};
    std::from_chars(file.name.data(), file.name.data() + file.name.size(), script.number);
    out.push_back(script);
  }
  std::sort(out.begin(), out.end(), [](const Script& a, const Script& b) { return a.number < b.number; });
  return out;
}

Status apply(SchemaConnection& connection, const Script& script) {
  const bool is_sqlite = connection.dialect() == Dialect::sqlite;
  CHECK_OK(connection.execute(is_sqlite ? "BEGIN IMMEDIATE" : "BEGIN"));
  Status status = connection.execute(std::string(script.text));
  if (status) {
    const std::string checksum = sha256_hex(script.text);
    const std::string insert = "INSERT INTO schema_migrations (number, name, checksum) VALUES ";
    auto rows = connection.run_sql(insert + (is_sqlite ? "(?1, ?2, ?3)" : "($1, $2, $3)"),
                                   {script.number, script.name, std::string_view(checksum)});
    if (!rows) status = std::move(rows).error();
  }
  if (status) status = connection.execute("COMMIT");
  if (!status) {
    if (connection.in_transaction()) (void)connection.execute("ROLLBACK");
    return std::move(status).error().context("migration " + std::string(script.name));
  }
  log::debug("schema migrated", {{"to", script.name}});
  return {};
}

Result<Rows> applied_to(SchemaConnection& connection) {
  return connection.run_sql("SELECT number, name, checksum FROM schema_migrations ORDER BY number", {});
}

/// Nothing was applied that is not in `scripts`.
Status expect_known(const Rows& applied, const std::vector<Script>& scripts) {
  const std::int64_t known = scripts.empty() ? 0 : scripts.back().number;
  if (!applied.empty() && applied.back().integer(0) > known) {
    return Error(ErrorCode::unsupported,
                 "the database has schema version " + std::to_string(applied.back().integer(0)) +
                     ", this jarvis-server (" JARVIS_VERSION ") knows up to " + std::to_string(known) +
                     ". Use the newer jarvis-server that wrote it, or restore a backup from before.");
  }
  for (const Row& row : applied) {
    const auto script =
        std::find_if(scripts.begin(), scripts.end(), [&](const Script& s) { return s.number == row.integer(0); });
    if (script == scripts.end() || sha256_hex(script->text) != row.text(2)) {
      return Error(ErrorCode::corrupt, "the database was made with another version of migration " + row.text(1));
    }
  }
  return {};
}

}  // namespace

Status migrate(SchemaConnection& connection, std::span<const embedded::File> files) {
  CHECK_OK(
      connection.execute("CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT "
                         "NULL, checksum TEXT NOT NULL)"));
  TRY(const Rows applied, applied_to(connection));
  const std::vector<Script> scripts = in_order(files);
  CHECK_OK(expect_known(applied, scripts));
  if (!applied.empty() && applied.size() < scripts.size())
    log::info("the database is brought to a new version: a large one takes minutes and room for a second copy",
              {{"steps", static_cast<std::int64_t>(scripts.size() - applied.size())}});
  for (const Script& script : scripts) {
    const bool is_applied =
        std::any_of(applied.begin(), applied.end(), [&](const Row& row) { return row.integer(0) == script.number; });
    if (!is_applied) CHECK_OK(apply(connection, script));
  }
  return {};
}

Status expect_current(SchemaConnection& connection, std::span<const embedded::File> files) {
  const auto applied = applied_to(connection);
  if (!applied || applied->empty())
    return Error(ErrorCode::unsupported, "there is no server's data in the database: start jarvis-server once");
  const std::vector<Script> scripts = in_order(files);
  CHECK_OK(expect_known(*applied, scripts));
  if (applied->size() == scripts.size()) return {};
  return Error(ErrorCode::unsupported,
               "the database has schema version " + std::to_string(applied->back().integer(0)) +
                   ", this jarvis-server (" JARVIS_VERSION ") works with " + std::to_string(scripts.back().number) +
                   ". Use the jarvis-server that runs on it; or stop that one and start this one, which brings the "
                   "database to its version (so does jarvis-server migrate).");
}

}  // namespace jarvis::server::store
