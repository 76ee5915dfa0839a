// Reading tasks. get_by_id is the hottest call of all: in its newest shape it sends the stored text as it is.
#include "server/domain/task_list.h"
#include "server/domain/task_versions.h"
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"
#include "server/store/documents.h"

namespace jarvis::server::tasks {
namespace {

using domain::References;

ApiResult<Reply> list(store::Transaction& tx, const Call& call, References references) {
  TRY(Call asked, domain::with_asked_subprojects(tx, call));
  domain::to_newest_request(asked.body, asked.version);
  TRY(const domain::ListRequest request, domain::parse_list(asked, domain::kTaskLists));
  const bool is_newest = domain::is_newest_shape(call.version);
  TRY(domain::Found found, domain::find_list(tx, store::Kind::task, request,
                                             is_newest ? domain::Reads::what_is_shown : domain::Reads::everything));
  for (json::object& task : found.documents)
    domain::to_old_task(task, call.version);
  TRY(json::array tasks,
      domain::shown(tx, domain::kTaskLists, request.projection, references, std::move(found.documents)));
  json::object reply{{"tasks", std::move(tasks)}};
  if (!found.scroll_id.empty()) reply["scroll_id"] = found.scroll_id;
  return Reply(std::move(reply));
}

}  // namespace

ApiResult<Reply> get_all(Services&, store::Transaction& tx, const Call& call) {
  return list(tx, call, References::ids);
}

ApiResult<Reply> get_all_ex(Services&, store::Transaction& tx, const Call& call) {
  return list(tx, call, References::objects);
}

ApiResult<Reply> get_by_id_ex(Services&, store::Transaction& tx, const Call& call) {
  if (get_strings(call.body, "id").empty()) return ApiError(api::validation_error, "id: is needed");
  return list(tx, call, References::objects);
}

ApiResult<Reply> get_by_id(Services&, store::Transaction& tx, const Call& call) {
  TRY(std::string text, domain::load_task_text(tx, call, get_string_or(call.body, "task", "")));
  if (domain::is_newest_shape(call.version)) return Reply::raw("{\"task\":" + std::move(text) + "}");
  TRY(json::object task, parse_json_object(text));
  domain::to_old_task(task, call.version);
  return Reply(json::object{{"task", std::move(task)}});
}

ApiResult<Reply> get_types(Services&, store::Transaction& tx, const Call& call) {
  const std::vector<std::string> projects = get_strings(call.body, "projects");
  const std::string list = to_text(json::array(projects.begin(), projects.end()));
  TRY(const auto rows, tx.run("task_types", {std::string_view(call.identity.company.str()), std::string_view(list)}));
  json::array types;
  for (const store::Row& row : rows)
    types.emplace_back(row.text(0));
  return Reply(json::object{{"types", std::move(types)}});
}

}  // namespace jarvis::server::tasks
