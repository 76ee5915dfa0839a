// Tasks, projects, models, queues and users are JSON documents in the wire's shape, with the columns that lists filter
// and order by beside them (see the table in documents.cc). Runs inside a Transaction; thread rules are that one's.
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "server/store/filter.h"
#include "server/store/store.h"

namespace jarvis::server::store {

enum class Kind : std::uint8_t { task, project, model, queue, user, company };
std::string_view to_string(Kind kind);

/// Errors of all: the store's.
Result<std::optional<json::object>> get(Transaction& tx, Kind kind, std::string_view id);
/// The stored JSON text: what get_by_id sends without parsing.
Result<std::optional<std::string>> get_text(Transaction& tx, Kind kind, std::string_view id);
/// Inserts or replaces by document["id"].
Status put(Transaction& tx, Kind kind, const json::object& document);
/// True when there was one.
Result<bool> erase(Transaction& tx, Kind kind, std::string_view id);

Result<std::vector<json::object>> find(Transaction& tx, Kind kind, const Query& query);
/// One page of a list, and where it ends: Query::after of the next one. Empty when there was nothing.
struct Page {
  std::vector<json::object> documents;
  json::array last;
};
Result<Page> find_page(Transaction& tx, Kind kind, const Query& query);
/// Fields of many documents, by their ids. An id that no document has is left out, and so is a field that it has not.
Result<std::unordered_map<std::string, json::object>> get_fields(Transaction& tx, Kind kind,
                                                                 std::span<const std::string> ids,
                                                                 std::span<const std::string> fields);
Result<std::vector<std::string>> find_ids(Transaction& tx, Kind kind, const Query& query);
/// Of more than `most` no more are looked at.
Result<std::int64_t> count(Transaction& tx, Kind kind, const Filter& where, std::size_t most = SIZE_MAX);
Result<bool> exists(Transaction& tx, Kind kind, std::string_view id);
/// Fills the columns that a migration has added, from the documents. Quick when nothing is to be done. A store does it
/// before it is used.
Status finish_columns(Store& store);

/// How a kind is stored, for what compiles queries.
struct Table;  // query_sql.h
Table table_of(Kind kind);
/// Rows of the columns `by`, how many documents have them, and sums and maxima of other columns among those.
struct Grouping;  // query_sql.h
Result<Rows> group(Transaction& tx, Kind kind, const Grouping& grouping, const Filter& where);
/// The words of one field (words.h) of the documents that fit, each once, in order.
Result<std::vector<std::string>> distinct_words(Transaction& tx, Kind kind, std::string_view field,
                                                const Filter& where);

}  // namespace jarvis::server::store
