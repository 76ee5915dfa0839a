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

}  // namespace

Status migrate(SchemaConnection& connection, std::span<const embedded::File> files) {
  CHECK_OK(
      connection.execute("CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT "
                         "NULL, checksum TEXT NOT NULL)"));
  TRY(Rows applied, connection.run_sql("SELECT number, name, checksum FROM schema_migrations ORDER BY number", {}));

  const std::vector<Script> scripts = in_order(files);
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

}  // namespace jarvis::server::store
