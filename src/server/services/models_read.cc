// Reading models.
#include "server/domain/entities.h"
#include "server/domain/entity_lists.h"
#include "server/domain/task_versions.h"
#include "server/services/models.h"

namespace jarvis::server::models {
namespace {

using store::Kind;
using store::filter::all;
using store::filter::equals;

ApiResult<Reply> list(store::Transaction& tx, const Call& call, domain::References references) {
  TRY(json::object reply, domain::list_reply(tx, call, domain::kModelLists, Kind::model, "models", references));
  return reply;
}

}  // namespace

ApiResult<Reply> get_by_id(Services&, store::Transaction& tx, const Call& call) {
  TRY(json::object model, domain::load_visible(tx, call, Kind::model, get_string_or(call.body, "model", "")));
  domain::to_old_metadata(model, call.version);
  return json::object{{"model", std::move(model)}};
}

ApiResult<Reply> get_by_task_id(Services&, store::Transaction& tx, const Call& call) {
  const std::string task = get_string_or(call.body, "task", "");
  TRY(auto found, store::find(tx, Kind::model,
                              {.where = all({equals({"task"}, json::value(task)),
                                             equals({"company"}, json::value(call.identity.company.str()))}),
                               .order = {{.field = {"created"}, .descending = true}},
                               .limit = 1}));
  if (found.empty()) return ApiError(api::invalid_model_id, "no model was made by task " + task);
  domain::to_old_metadata(found.front(), call.version);
  return json::object{{"model", std::move(found.front())}};
}

ApiResult<Reply> get_all(Services&, store::Transaction& tx, const Call& call) {
  return list(tx, call, domain::References::ids);
}

ApiResult<Reply> get_all_ex(Services&, store::Transaction& tx, const Call& call) {
  return list(tx, call, domain::References::objects);
}

ApiResult<Reply> get_by_id_ex(Services&, store::Transaction& tx, const Call& call) {
  if (get_strings(call.body, "id").empty()) return ApiError(api::validation_error, "id: is needed");
  return list(tx, call, domain::References::objects);
}

ApiResult<Reply> get_frameworks(Services&, store::Transaction& tx, const Call& call) {
  const std::vector<std::string> projects = get_strings(call.body, "projects");
  const std::string list = to_text(json::array(projects.begin(), projects.end()));
  TRY(const store::Rows rows,
      tx.run("model_frameworks", {std::string_view(call.identity.company.str()), std::string_view(list)}));
  json::array frameworks;
  for (const store::Row& row : rows)
    frameworks.emplace_back(row.text(0));
  return json::object{{"frameworks", std::move(frameworks)}};
}

}  // namespace jarvis::server::models
