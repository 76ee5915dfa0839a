#include "server/store/documents.h"

#include <array>
#include <unordered_map>

#include "base/assert.h"
#include "base/log.h"
#include "server/store/facts.h"
#include "server/store/list_rows.h"
#include "server/store/query_plan.h"
#include "server/store/words.h"

namespace jarvis::server::store {
namespace {

// The columns of each kind, in the order of the parameters of its *_put statement (sql/<dialect>/documents.sql).
constexpr std::string_view kMarks = "marks";

constexpr std::array kTaskColumns{Column{"id"},
                                  Column{"company"},
                                  Column{"name"},
                                  Column{"comment"},
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
                                  Column{"active_duration", true},
                                  Column{kMarks, true, Column::Holds::marks},
                                  Column{"hyperparams_shape", true, Column::Holds::hyperparams_shape},
                                  Column{"metrics_shape", true, Column::Holds::metrics_shape},
                                  Column{"facts", false, Column::Holds::facts}};
constexpr std::array kProjectColumns{Column{"id"},   Column{"company"}, Column{"name"},       Column{"parent"},
                                     Column{"user"}, Column{"created"}, Column{"last_update"}};
constexpr std::array kModelColumns{Column{"id"},
                                   Column{"company"},
                                   Column{"name"},
                                   Column{"project"},
                                   Column{"task"},
                                   Column{"user"},
                                   Column{"ready", true},
                                   Column{"uri"},
                                   Column{"created"},
                                   Column{"last_update"},
                                   Column{kMarks, true, Column::Holds::marks}};
constexpr std::array kQueueColumns{Column{"id"}, Column{"company"}, Column{"name"}, Column{"created"},
                                   Column{"last_update"}};
constexpr std::array kUserColumns{Column{"id"}, Column{"company"}, Column{"name"}, Column{"created"}};
constexpr std::array kCompanyColumns{Column{"id"}, Column{"name"}, Column{"created"}};

// The indexes of migration 0010 that SQLite is told to take (query_plan.h).
template <typename... Names>
constexpr auto columns_of(Names... names) {
  return std::array<std::string_view, sizeof...(names)>{names...};
}
constexpr auto kByProject =
    columns_of("project", "status", "type", "user", kMarks, "company", "active_duration", "started", "completed");
constexpr auto kByUser = columns_of("user", "status", "type", kMarks, "company");
constexpr auto kByStatus = columns_of("status", "type", "user", kMarks, "company");
constexpr auto kByType = columns_of("type", "status", "user", kMarks, "company");
constexpr auto kByParent = columns_of("parent");
constexpr auto kByLastUpdate =
    columns_of("last_update", "id", "status", "type", "user", "project", kMarks, "company", "name");
constexpr auto kByProjectAndLastUpdate = columns_of("project", "last_update", "id");
constexpr auto kByCreated = columns_of("created", "id");
constexpr auto kByStarted = columns_of("started", "id");
constexpr auto kByCompleted = columns_of("completed", "id");
constexpr auto kByName = columns_of("name", "id");
constexpr auto kByLastIteration = columns_of("last_iteration", "id");
constexpr auto kByActiveDuration = columns_of("active_duration", "id");
constexpr auto kByStatusAndId = columns_of("status", "id");
constexpr auto kByTypeAndId = columns_of("type", "id");
constexpr auto kById = columns_of("id");
constexpr std::array kTaskIndexes{
    Index{"sqlite_autoindex_tasks_1", kById},
    Index{"tasks_by_project", kByProject, Index::Rows::all, Index::Order::groups},
    Index{"tasks_by_user", kByUser, Index::Rows::all, Index::Order::groups},
    Index{"tasks_by_status", kByStatus, Index::Rows::all, Index::Order::groups},
    Index{"tasks_by_type", kByType, Index::Rows::all, Index::Order::groups},
    Index{"tasks_by_parent", kByParent, Index::Rows::where_set},
    Index{"tasks_by_last_update", kByLastUpdate},
    Index{"tasks_by_project_and_last_update", kByProjectAndLastUpdate},
    Index{"tasks_by_created", kByCreated},
    Index{"tasks_by_started", kByStarted},
    Index{"tasks_by_completed", kByCompleted},
    Index{"tasks_by_name", kByName},
    Index{"tasks_by_last_iteration", kByLastIteration},
    Index{"tasks_by_active_duration", kByActiveDuration, Index::Rows::all, Index::Order::falling},
    Index{"tasks_by_active_duration_up", kByActiveDuration, Index::Rows::all, Index::Order::rising},
    Index{"tasks_by_status_up", kByStatusAndId, Index::Rows::all, Index::Order::rising},
    Index{"tasks_by_status_down", kByStatusAndId, Index::Rows::all, Index::Order::falling},
    Index{"tasks_by_type_up", kByTypeAndId, Index::Rows::all, Index::Order::rising},
    Index{"tasks_by_type_down", kByTypeAndId, Index::Rows::all, Index::Order::falling}};
constexpr auto kModelByTask = columns_of("task");
constexpr auto kModelByUri = columns_of("uri");
constexpr auto kModelByLastUpdate =
    columns_of("last_update", "id", "project", "user", "ready", kMarks, "company", "name");
constexpr std::array kModelIndexes{Index{"models_by_project", kByProjectAndLastUpdate},
                                   Index{"models_by_task", kModelByTask, Index::Rows::where_set},
                                   Index{"models_by_uri", kModelByUri, Index::Rows::where_set},
                                   Index{"models_by_last_update", kModelByLastUpdate},
                                   Index{"models_by_created", kByCreated},
                                   Index{"models_by_name", kByName}};

constexpr ReferenceField kToUser{"user", "users", kUserColumns}, kToCompany{"company", "companies", kCompanyColumns},
    kToProject{"project", "projects", kProjectColumns};
constexpr std::array kTaskReferences{kToUser, kToCompany, kToProject, ReferenceField{"parent", "tasks", kTaskColumns}};
constexpr std::array kProjectReferences{kToUser, kToCompany, ReferenceField{"parent", "projects", kProjectColumns}};
constexpr std::array kModelReferences{kToUser, kToCompany, kToProject, ReferenceField{"task", "tasks", kTaskColumns},
                                      ReferenceField{"parent", "models", kModelColumns}};
constexpr std::array kQueueReferences{kToUser, kToCompany};
constexpr std::array kUserReferences{kToCompany};

/// Statements of a kind (sql/<dialect>/documents.sql). Where documents have a table of their own, `put` and `erase` are
/// of the row; the last four are of the documents.
struct KindRow {
  Kind kind;
  std::string_view name, get, put, erase;
  Table table;
  std::string_view put_document = {}, erase_document = {}, get_many = {}, unfinished = {};
};
constexpr std::array<KindRow, 6> kKinds{{
    {Kind::task,
     "task",
     "task_get",
     "task_put",
     "task_erase",
     {.name = "tasks", .kind = "task", .columns = kTaskColumns, .documents = "task_docs", .indexes = kTaskIndexes},
     "task_doc_put",
     "task_doc_erase",
     "task_docs",
     "tasks_unfinished"},
    {Kind::project,
     "project",
     "project_get",
     "project_put",
     "project_erase",
     {.name = "projects", .kind = "project", .columns = kProjectColumns}},
    {Kind::model,
     "model",
     "model_get",
     "model_put",
     "model_erase",
     {.name = "models", .kind = "model", .columns = kModelColumns, .documents = "model_docs", .indexes = kModelIndexes},
     "model_doc_put",
     "model_doc_erase",
     "model_docs",
     "models_unfinished"},
    {Kind::queue,
     "queue",
     "queue_get",
     "queue_put",
     "queue_erase",
     {.name = "queues", .kind = "queue", .columns = kQueueColumns}},
    {Kind::user,
     "user",
     "user_get",
     "user_put",
     "user_erase",
     {.name = "users", .kind = "user", .columns = kUserColumns}},
    {Kind::company,
     "company",
     "company_get",
     "company_put",
     "company_erase",
     {.name = "companies", .kind = "company", .columns = kCompanyColumns}},
}};

std::span<const ReferenceField> references_of(Kind kind) {
  switch (kind) {
    case Kind::task:
      return kTaskReferences;
    case Kind::project:
      return kProjectReferences;
    case Kind::model:
      return kModelReferences;
    case Kind::queue:
      return kQueueReferences;
    case Kind::user:
      return kUserReferences;
    case Kind::company:
      return {};
  }
  return {};
}

const KindRow& row_of(Kind kind) {
  const KindRow& row = kKinds.at(static_cast<std::size_t>(kind));
  JV_ASSERT(row.kind == kind);
  return row;
}

/// A column's value; what is made of the document for it is owned here.
class ColumnValue {
 public:
  ColumnValue(const json::object& document, const Column& column) {
    switch (column.holds) {
      case Column::Holds::field:
        param_ = of_field(document, column);
        return;
      case Column::Holds::marks:
        param_ = marks_of(document);
        return;
      case Column::Holds::hyperparams_shape:
        param_ = hyperparams_shape(document);
        return;
      case Column::Holds::metrics_shape:
        param_ = metrics_shape(document);
        return;
      case Column::Holds::facts:
        made_ = facts_of(document);
        return;
    }
  }
  Param param() const { return made_ ? Param(std::string_view(*made_)) : param_; }

 private:
  // Empty text is stored as NULL, so that "empty values last" is the database's own NULLS LAST.
  static Param of_field(const json::object& document, const Column& column) {
    const json::value* value = document.if_contains(column.name);
    if (value == nullptr) return nullptr;
    if (value->is_string() && !column.is_number && !value->get_string().empty()) {
      return std::string_view(value->get_string());
    }
    if (column.is_number && value->is_bool()) return std::int64_t{value->get_bool()};
    if (column.is_number && value->is_number()) return value->to_number<std::int64_t>();
    return nullptr;
  }

  Param param_;
  std::optional<std::string> made_;
};

json::value json_of(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return json::value(*text);
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return json::value(*integer);
  if (const auto* real = std::get_if<double>(&cell)) return json::value(*real);
  return {};
}

Result<json::object> parsed(const std::string& text, std::span<const std::string> fields = {}) {
  auto document = fields.empty() ? parse_json_object(text) : parse_json_fields(text, fields);
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

Table table_of(Kind kind) {
  Table table = row_of(kind).table;
  table.words = word_fields(kind);
  table.references = references_of(kind);
  return table;
}

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
  std::vector<ColumnValue> values;
  values.reserve(row.table.columns.size());
  for (const Column& column : row.table.columns)
    values.emplace_back(document, column);
  std::vector<Param> params;
  params.reserve(values.size() + 1);
  for (const ColumnValue& value : values)
    params.push_back(value.param());
  JV_ASSERT(!std::holds_alternative<std::nullptr_t>(params.front()));
  if (row.put_document.empty()) {
    params.emplace_back(std::string_view(text));
  } else {
    CHECK_OK(tx.run(row.put_document, {params.front(), std::string_view(text)}));
  }
  CHECK_OK(tx.run(row.put, params));
  note_change(tx, kind, document, Change::Action::changed);
  return sync_words(tx, kind, document);
}

Result<bool> erase(Transaction& tx, Kind kind, std::string_view id) {
  TRY(const auto document, get(tx, kind, id));
  if (document) note_change(tx, kind, *document, Change::Action::deleted);
  const KindRow& row = row_of(kind);
  if (!row.erase_document.empty()) CHECK_OK(tx.run(row.erase_document, {id}));
  CHECK_OK(tx.run(row.erase, {id}));
  const bool was_there = tx.changed() > 0;
  CHECK_OK(erase_words(tx, kind, id));
  return was_there;
}

namespace {

// So many documents are read from the database at once.
constexpr std::size_t kDocumentsAtOnce = 500;

/// The documents with these ids, in their order; one that is not there is left out.
Result<std::vector<json::object>> documents_of(Transaction& tx, const KindRow& kind, std::span<const std::string> ids,
                                               std::span<const std::string> fields = {}) {
  std::unordered_map<std::string_view, std::size_t> place;
  for (const std::string& id : ids)
    place.emplace(id, place.size());
  std::vector<std::optional<json::object>> found(ids.size());
  for (std::size_t from = 0; from < ids.size(); from += kDocumentsAtOnce) {
    const auto some = ids.subspan(from, std::min(kDocumentsAtOnce, ids.size() - from));
    const std::string list = to_text(json::array(some.begin(), some.end()));
    TRY(const Rows rows, tx.run(kind.get_many, {std::string_view(list)}));
    for (const Row& row : rows) {
      TRY(json::object document, parsed(row.text(1), fields));
      found[place.at(row.text(0))] = std::move(document);
    }
  }
  std::vector<json::object> out;
  out.reserve(ids.size());
  for (auto& document : found) {
    if (document) out.push_back(std::move(*document));
  }
  return out;
}

std::vector<std::string> first_column(const Rows& rows) {
  std::vector<std::string> out;
  out.reserve(rows.size());
  for (const Row& row : rows)
    out.push_back(row.text(0));
  return out;
}

/// The documents of rows whose first column is the document, or its id where documents stand apart: a list is sorted
/// without carrying them along.
Result<std::vector<json::object>> documents_in(Transaction& tx, const KindRow& kind, const Rows& rows,
                                               std::span<const std::string> fields) {
  if (!kind.table.documents.empty()) return documents_of(tx, kind, first_column(rows), fields);
  std::vector<json::object> out;
  out.reserve(rows.size());
  for (const Row& row : rows) {
    TRY(json::object document, parsed(row.text(0), fields));
    out.push_back(std::move(document));
  }
  return out;
}

std::string_view listed(const Table& table) {
  return table.documents.empty() ? "doc" : "id";
}

}  // namespace

Result<std::vector<json::object>> find(Transaction& tx, Kind kind, const Query& asked) {
  const Table table = table_of(kind);
  TRY(const Rows rows, list_rows(tx, table, listed(table), asked));
  return documents_in(tx, row_of(kind), rows, asked.fields);
}

Result<Page> find_page(Transaction& tx, Kind kind, const Query& asked) {
  const Table table = table_of(kind);
  TRY(const Plan plan, store::plan(tx, table, asked));
  TRY(const CompiledQuery compiled, compile_with_keys(tx.dialect(), table, listed(table), plan.query, plan.way));
  TRY(const Rows rows, tx.run_sql(compiled.sql, compiled.params()));
  Page out;
  TRY(out.documents, documents_in(tx, row_of(kind), rows, asked.fields));
  if (rows.empty()) return out;
  for (std::size_t i = 1; i < rows.back().size(); ++i)
    out.last.push_back(json_of(rows.back().cell(i)));
  return out;
}

Result<std::unordered_map<std::string, json::object>> get_fields(Transaction& tx, Kind kind,
                                                                 std::span<const std::string> ids,
                                                                 std::span<const std::string> fields) {
  if (ids.empty()) return std::unordered_map<std::string, json::object>();
  const Table table = table_of(kind);
  const auto is_text_column = [&](const std::string& field) {
    return std::ranges::any_of(table.columns, [&](const Column& column) {
      return column.name == field && column.holds == Column::Holds::field && !column.is_number;
    });
  };
  const std::vector<json::value> wanted(ids.begin(), ids.end());
  Query query{.where = filter::one_of({"id"}, wanted), .fields = {fields.begin(), fields.end()}};
  std::unordered_map<std::string, json::object> out;
  if (std::ranges::all_of(fields, is_text_column)) {
    std::string what = "id";
    for (const std::string& field : fields)
      what += ", \"" + field + "\"";
    TRY(const CompiledQuery compiled, compile(tx.dialect(), table, what, query));
    TRY(const Rows rows, tx.run_sql(compiled.sql, compiled.params()));
    for (const Row& row : rows) {
      json::object& document = out[row.text(0)];
      for (std::size_t i = 0; i < fields.size(); ++i) {
        if (!row.is_null(i + 1)) document[fields[i]] = row.text(i + 1);
      }
    }
    return out;
  }
  query.fields.emplace_back("id");
  TRY(auto documents, find(tx, kind, query));
  for (json::object& document : documents)
    out.emplace(get_string_or(document, "id", ""), std::move(document));
  return out;
}

Result<std::vector<std::string>> find_ids(Transaction& tx, Kind kind, const Query& asked) {
  const Table table = table_of(kind);
  TRY(const Rows rows, list_rows(tx, table, "id", asked));
  return first_column(rows);
}

Result<std::int64_t> count(Transaction& tx, Kind kind, const Filter& where, std::size_t most) {
  TRY(const CompiledQuery compiled, compile_count(tx.dialect(), table_of(kind), where, {}, most));
  TRY(const Rows rows, tx.run_sql(compiled.sql, compiled.params()));
  return rows.front().integer(0);
}

namespace {

// A few seconds of work.
constexpr std::int64_t kDocumentsBetweenReports = 20'000;

/// Of so many at most; how many there were.
Result<std::int64_t> finish_some(Transaction& tx, const KindRow& kind) {
  TRY(const Rows rows, tx.run(kind.unfinished, {static_cast<std::int64_t>(kDocumentsAtOnce)}));
  TRY(const auto documents, documents_of(tx, kind, first_column(rows)));
  for (const json::object& document : documents)
    CHECK_OK(put(tx, kind.kind, document));
  return static_cast<std::int64_t>(rows.size());
}

}  // namespace

Status finish_columns(Store& store) {
  for (const KindRow& kind : kKinds) {
    if (kind.unfinished.empty()) continue;
    std::int64_t done = 0, told = 0;
    for (std::int64_t some = 1; some > 0; done += some) {
      TRY(some, store.write([&](Transaction& tx) { return finish_some(tx, kind); }));
      if (done - told < kDocumentsBetweenReports) continue;
      told = done;
      log::info("columns are made from documents; a restart goes on here", {{"kind", kind.name}, {"documents", done}});
    }
    if (done > 0) log::info("columns were made from documents", {{"kind", kind.name}, {"documents", done}});
  }
  return {};
}

Result<bool> exists(Transaction& tx, Kind kind, std::string_view id) {
  TRY(const auto text, get_text(tx, kind, id));
  return text.has_value();
}

Result<Rows> group(Transaction& tx, Kind kind, const Grouping& grouping, const Filter& where) {
  const Table table = table_of(kind);
  std::vector<std::string_view> wanted = grouping.by;
  wanted.insert(wanted.end(), grouping.sums.begin(), grouping.sums.end());
  wanted.insert(wanted.end(), grouping.maxima.begin(), grouping.maxima.end());
  TRY(const Plan plan, store::plan(tx, table, {.where = where}, std::move(wanted)));
  TRY(const CompiledQuery compiled, compile_group(tx.dialect(), table, grouping, plan.query.where, plan.way));
  return tx.run_sql(compiled.sql, compiled.params());
}

Result<std::vector<std::string>> distinct_words(Transaction& tx, Kind kind, std::string_view field,
                                                const Filter& where) {
  TRY(const CompiledQuery compiled, compile_words(tx.dialect(), table_of(kind), field, where));
  TRY(const Rows rows, tx.run_sql(compiled.sql, compiled.params()));
  return first_column(rows);
}

}  // namespace jarvis::server::store
