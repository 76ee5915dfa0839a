// A list as a file: the request is prepared by one call, so that a plain link can fetch it as CSV by its id.
#include <map>

#include "base/ids.h"
#include "base/limits.h"
#include "server/domain/csv.h"
#include "server/domain/entity_lists.h"
#include "server/services/organization.h"

namespace jarvis::server::organization {
namespace {

using store::Kind;

struct Downloadable {
  std::string_view name;
  Kind kind;
  const domain::ListTable& table;
};
const std::array kDownloadables{Downloadable{"task", Kind::task, domain::kTaskLists},
                                Downloadable{"model", Kind::model, domain::kModelLists},
                                Downloadable{"project", Kind::project, domain::kProjectLists}};

ApiResult<const Downloadable*> wanted_kind(const json::object& request) {
  const std::string name = get_string_or(request, "entity_type", "task");
  const auto found = std::ranges::find(kDownloadables, name, &Downloadable::name);
  if (found == kDownloadables.end()) return ApiError(api::validation_error, "entity_type: one of task, model, project");
  return &*found;
}

/// How a column is called and what its values are shown as.
struct Column {
  store::Path path;
  std::string title;
  std::map<std::string, std::string, std::less<>> words;
};

std::vector<Column> columns_of(const json::object& request) {
  std::map<std::string, const json::object*, std::less<>> mappings;
  if (const json::array* list = get_array(request, "field_mappings")) {
    for (const json::value& item : *list) {
      if (item.is_object()) mappings[get_string_or(item.get_object(), "field", "")] = &item.get_object();
    }
  }
  std::vector<Column> out;
  for (const std::string& field : get_strings(request, "only_fields")) {
    Column column{.path = domain::path_from(field), .title = field, .words = {}};
    if (const auto found = mappings.find(field); found != mappings.end()) {
      column.title = get_string_or(*found->second, "name", field);
      if (const json::array* values = get_array(*found->second, "values")) {
        for (const json::value& value : *values) {
          if (value.is_object())
            column.words[get_string_or(value.get_object(), "key", "")] = get_string_or(value.get_object(), "value", "");
        }
      }
    }
    out.push_back(std::move(column));
  }
  return out;
}

json::value cell(const json::object& row, const Column& column) {
  const json::value* value = nullptr;
  const json::object* inside = &row;
  for (const std::string& key : column.path) {
    value = inside == nullptr ? nullptr : inside->if_contains(key);
    inside = value == nullptr ? nullptr : value->if_object();
  }
  if (value == nullptr) return {};
  // A reference without more is shown by its id.
  if (inside != nullptr && column.path.size() == 1 && inside->size() == 1 && inside->contains("id"))
    return inside->at("id");
  if (!column.words.empty() && value->is_string()) {
    const auto word = column.words.find(value->get_string());
    if (word != column.words.end()) return json::value(word->second);
  }
  return *value;
}

}  // namespace

ApiResult<Reply> prepare_download_for_get_all(Services& services, store::Transaction& tx, const Call& call) {
  TRY(const Downloadable* kind, wanted_kind(call.body));
  if (get_strings(call.body, "only_fields").empty())
    return ApiError(api::validation_error, "only_fields: the columns of the file are needed");
  CHECK_OK(domain::parse_list(call, kind->table));  // refused here rather than behind a link
  const std::string id = random_id();
  const std::int64_t now_ms = services.clock.wall().ms();
  const std::int64_t expires_ms = now_ms + std::chrono::milliseconds(limits::prepared_download_life).count();
  CHECK_OK(tx.run("prepared_download_expire", {now_ms}));
  CHECK_OK(tx.run("prepared_download_put", {std::string_view(id), std::string_view(call.identity.company.str()),
                                            expires_ms, std::string_view(to_text(call.body))}));
  return json::object{{"prepare_id", id}};
}

ApiResult<Reply> download_for_get_all(Services& services, const Call& call) {
  return services.store.read([&](store::Transaction& tx) -> ApiResult<Reply> {
    const std::string id = get_string_or(call.body, "prepare_id", "");
    TRY(const store::Rows rows,
        tx.run("prepared_download_get",
               {std::string_view(id), std::string_view(call.identity.company.str()), services.clock.wall().ms()}));
    if (rows.empty())
      return ApiError(api::validation_error, "prepare_id: unknown, or prepared too long ago; prepare it again");
    Call list = call;
    TRY(list.body, parse_json_object(rows.front().text(0)));
    TRY(const Downloadable* kind, wanted_kind(list.body));
    const std::vector<Column> columns = columns_of(list.body);

    domain::CsvWriter csv;
    for (const Column& column : columns)
      csv.cell(json::value(column.title));
    csv.end_row();
    list.body["size"] = limits::page_size_max;
    list.body["scroll_id"] = nullptr;
    for (std::size_t count = 0; count < limits::download_rows_max;) {
      TRY(const json::object page,
          domain::list_reply(tx, list, kind->table, kind->kind, "rows", domain::References::objects));
      const json::array& found = page.at("rows").get_array();
      for (const json::value& row : found) {
        for (const Column& column : columns)
          csv.cell(cell(row.get_object(), column));
        csv.end_row();
      }
      if (found.size() < limits::page_size_max) break;
      count += found.size();
      list.body["scroll_id"] = page.at("scroll_id");
    }
    const std::string name = get_string_or(call.body, "project", "");
    return Reply::file("text/csv; charset=utf-8", (name.empty() ? std::string(kind->name) + "s" : name) + ".csv",
                       csv.take());
  });
}

}  // namespace jarvis::server::organization
