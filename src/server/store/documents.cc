#include "server/store/documents.h"

#include <array>

#include "base/assert.h"
#include "server/store/query_sql.h"
#include "server/store/words.h"

namespace jarvis::server::store {
namespace {

// The columns of each kind, in the order of the parameters of its *_put statement (sql/<dialect>/documents.sql).
constexpr std::array kTaskColumns{Column{"id"},
                                  Column{"company"},
                                  Column{"name"},
                                  Column{"status"},
                                  Column{"type"},
                                  Column{"project"},
                                  Column{"parent"},
                                  Column{"user"},
                                  Column{"created"},
                                  Column{"started"},
                                  Column{"completed"},
                                  Column{"last_update"},
                                  Column{"last_change"},
                                  Column{"status_changed"},
                                  Column{"last_worker"},
                                  Column{"last_iteration", true},
                                  Column{"active_duration", true}};
constexpr std::array kProjectColumns{Column{"id"},   Column{"company"}, Column{"name"},       Column{"parent"},
                                     Column{"user"}, Column{"created"}, Column{"last_update"}};
constexpr std::array kModelColumns{Column{"id"},      Column{"company"},    Column{"name"},        Column{"project"},
                                   Column{"task"},    Column{"user"},       Column{"ready", true}, Column{"uri"},
                                   Column{"created"}, Column{"last_update"}};
constexpr std::array kQueueColumns{Column{"id"}, Column{"company"}, Column{"name"}, Column{"created"},
                                   Column{"last_update"}};
constexpr std::array kUserColumns{Column{"id"}, Column{"company"}, Column{"name"}, Column{"created"}};
constexpr std::array kCompanyColumns{Column{"id"}, Column{"name"}, Column{"created"}};

struct KindRow {
  Kind kind;
  std::string_view name, get, put, erase;
  Table table;
};
constexpr std::array<KindRow, 6> kKinds{{
    {Kind::task, "task", "task_get", "task_put", "task_erase", {"tasks", "task", kTaskColumns, {}}},
    {Kind::project,
     "project",
     "project_get",
     "project_put",
     "project_erase",
     {"projects", "project", kProjectColumns, {}}},
    {Kind::model, "model", "model_get", "model_put", "model_erase", {"models", "model", kModelColumns, {}}},
    {Kind::queue, "queue", "queue_get", "queue_put", "queue_erase", {"queues", "queue", kQueueColumns, {}}},
    {Kind::user, "user", "user_get", "user_put", "user_erase", {"users", "user", kUserColumns, {}}},
    {Kind::company,
     "company",
     "company_get",
     "company_put",
     "company_erase",
     {"companies", "company", kCompanyColumns, {}}},
}};

const KindRow& row_of(Kind kind) {
  const KindRow& row = kKinds.at(static_cast<std::size_t>(kind));
  JV_ASSERT(row.kind == kind);
  return row;
}

Table table_of(Kind kind) {
  Table table = row_of(kind).table;
  table.words = word_fields(kind);
  return table;
}

// Empty text is stored as NULL, so that "empty values last" is the database's own NULLS LAST.
Param column_value(const json::object& document, const Column& column) {
  const json::value* value = document.if_contains(column.name);
  if (value == nullptr) return nullptr;
  if (value->is_string() && !column.is_number && !value->get_string().empty()) {
    return std::string_view(value->get_string());
  }
  if (column.is_number && value->is_bool()) return std::int64_t{value->get_bool()};
  if (column.is_number && value->is_number()) return value->to_number<std::int64_t>();
  return nullptr;
}

json::value json_of(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return json::value(*text);
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return json::value(*integer);
  if (const auto* real = std::get_if<double>(&cell)) return json::value(*real);
  return {};
}

Result<json::object> parsed(const std::string& text) {
  auto document = parse_json_object(text);
  if (!document) return Error(ErrorCode::corrupt, "a stored document: " + document.error().message());
  return document;
}

// Users and companies are nobody's to watch.
std::optional<Change::Kind> watched(Kind kind) {
  switch (kind) {
    case Kind::task:
      return Change::Kind::task;
    case Kind::project:
      return Change::Kind::project;
    case Kind::model:
      return Change::Kind::model;
    case Kind::queue:
      return Change::Kind::queue;
    case Kind::user:
    case Kind::company:
      return std::nullopt;
  }
  return std::nullopt;
}

void note_change(Transaction& tx, Kind kind, const json::object& document, Change::Action action) {
  const auto what = watched(kind);
  if (!what) return;
  const auto text = [&](const char* key) { return get_string_or(document, key, ""); };
  tx.note({.kind = *what,
           .action = action,
           .id = text("id"),
           .company = text("company"),
           .task = kind == Kind::model ? text("task") : std::string(),
           .project = kind == Kind::project ? text("parent") : text("project"),
           .status = kind == Kind::task ? text("status") : std::string()});
}

}  // namespace

std::string_view to_string(Kind kind) {
  return row_of(kind).name;
}

Result<std::optional<std::string>> get_text(Transaction& tx, Kind kind, std::string_view id) {
  TRY(Rows rows, tx.run(row_of(kind).get, {id}));
  if (rows.empty()) return std::optional<std::string>();
  return std::optional(rows.front().take_text(0));
}

Result<std::optional<json::object>> get(Transaction& tx, Kind kind, std::string_view id) {
  TRY(const auto text, get_text(tx, kind, id));
  if (!text) return std::optional<json::object>();
  TRY(json::object document, parsed(*text));
  return std::optional(std::move(document));
}

Status put(Transaction& tx, Kind kind, const json::object& document) {
  const KindRow& row = row_of(kind);
  const std::string text = to_text(document);
  std::vector<Param> params;
  params.reserve(row.table.columns.size() + 1);
  for (const Column& column : row.table.columns)
    params.push_back(column_value(document, column));
  JV_ASSERT(!std::holds_alternative<std::nullptr_t>(params.front()));
  params.emplace_back(std::string_view(text));
  CHECK_OK(tx.run(row.put, params));
  note_change(tx, kind, document, Change::Action::changed);
  return sync_words(tx, kind, document);
}

Result<bool> erase(Transaction& tx, Kind kind, std::string_view id) {
  TRY(const auto document, get(tx, kind, id));
  if (document) note_change(tx, kind, *document, Change::Action::deleted);
  CHECK_OK(tx.run(row_of(kind).erase, {id}));
  const bool was_there = tx.changed() > 0;
  CHECK_OK(erase_words(tx, kind, id));
  return was_there;
}

namespace {

/// PostgreSQL knows how common a word is; SQLite is told.
Result<Query> planned(Transaction& tx, Kind kind, const Query& query) {
  Query out = query;
  if (tx.dialect() != Dialect::sqlite || query.limit == SIZE_MAX || word_fields(kind).empty()) return out;
  TRY(out.where, with_lookups(tx, kind, query.where));
  return out;
}

}  // namespace

Result<std::vector<json::object>> find(Transaction& tx, Kind kind, const Query& asked) {
  TRY(const Query query, planned(tx, kind, asked));
  TRY(const CompiledQuery compiled, compile(tx.dialect(), table_of(kind), "doc", query));
  TRY(const Rows rows, tx.run_sql(compiled.sql, compiled.params()));
  std::vector<json::object> out;
  out.reserve(rows.size());
  for (const Row& row : rows) {
    TRY(json::object document, parsed(row.text(0)));
    out.push_back(std::move(document));
  }
  return out;
}

Result<Page> find_page(Transaction& tx, Kind kind, const Query& asked) {
  TRY(const Query query, planned(tx, kind, asked));
  TRY(const CompiledQuery compiled, compile_with_keys(tx.dialect(), table_of(kind), "doc", query));
  TRY(const Rows rows, tx.run_sql(compiled.sql, compiled.params()));
  Page out;
  out.documents.reserve(rows.size());
  for (const Row& row : rows) {
    TRY(json::object document, parsed(row.text(0)));
    out.documents.push_back(std::move(document));
  }
  if (rows.empty()) return out;
  for (std::size_t i = 1; i < rows.back().size(); ++i)
    out.last.push_back(json_of(rows.back().cell(i)));
  return out;
}

Result<std::vector<std::string>> find_ids(Transaction& tx, Kind kind, const Query& query) {
  TRY(const CompiledQuery compiled, compile(tx.dialect(), table_of(kind), "id", query));
  TRY(const Rows rows, tx.run_sql(compiled.sql, compiled.params()));
  std::vector<std::string> out;
  out.reserve(rows.size());
  for (const Row& row : rows)
    out.push_back(row.text(0));
  return out;
}

Result<std::int64_t> count(Transaction& tx, Kind kind, const Filter& where) {
  TRY(const CompiledQuery compiled, compile_count(tx.dialect(), table_of(kind), where));
  TRY(const Rows rows, tx.run_sql(compiled.sql, compiled.params()));
  return rows.front().integer(0);
}

Result<bool> exists(Transaction& tx, Kind kind, std::string_view id) {
  TRY(const std::int64_t found, count(tx, kind, filter::equals({"id"}, json::value(id))));
  return found > 0;
}

Result<Rows> group(Transaction& tx, Kind kind, const Grouping& grouping, const Filter& where) {
  TRY(const CompiledQuery compiled, compile_group(tx.dialect(), table_of(kind), grouping, where));
  return tx.run_sql(compiled.sql, compiled.params());
}

Result<std::vector<std::string>> distinct_words(Transaction& tx, Kind kind, std::string_view field,
                                                const Filter& where) {
  TRY(const CompiledQuery compiled, compile_words(tx.dialect(), table_of(kind), field, where));
  TRY(const Rows rows, tx.run_sql(compiled.sql, compiled.params()));
  std::vector<std::string> out;
  out.reserve(rows.size());
  for (const Row& row : rows)
    out.push_back(row.text(0));
  return out;
}

}  // namespace jarvis::server::store
