#include "server/domain/entities.h"

#include <string>

namespace jarvis::server::domain {

using store::Kind;

ApiError no_such(Kind kind, std::string_view id) {
  const std::string detail = "id=" + std::string(id);
  switch (kind) {
    case Kind::task:
      return ApiError(api::invalid_task_id, detail);
    case Kind::project:
      return ApiError(api::invalid_project_id, detail);
    case Kind::model:
      return ApiError(api::invalid_model_id, detail);
    case Kind::queue:
      return ApiError(api::invalid_queue_id, detail);
    case Kind::user:
    case Kind::company:
      return ApiError(api::invalid_user_id, detail);
  }
  return ApiError(api::internal, detail);
}

ApiResult<json::object> load_visible(store::Transaction& tx, const Call& call, Kind kind, std::string_view id) {
  TRY(auto entity, store::get(tx, kind, id));
  if (!entity) return no_such(kind, id);
  const std::string company = get_string_or(*entity, "company", "");
  if (!company.empty() && company != call.identity.company.str()) return no_such(kind, id);
  return std::move(*entity);
}

ApiResult<json::object> load_own(store::Transaction& tx, const Call& call, Kind kind, std::string_view id) {
  TRY(json::object entity, load_visible(tx, call, kind, id));
  if (!get_string_or(entity, "company", "").empty()) return entity;
  const std::string detail = std::string(store::to_string(kind)) + " " + std::string(id) + " is public";
  return kind == Kind::model ? ApiError(api::invalid_model_id, detail) : ApiError(api::no_write_permission, detail);
}

ApiResult<void> save_changed(store::Transaction& tx, const Call& call, Kind kind, json::object& entity, WallTime now) {
  const std::string date = to_iso(now);
  entity["last_update"] = date;
  if (kind != Kind::project) entity["last_change"] = date;
  if (kind == Kind::task) entity["last_changed_by"] = call.identity.user.str();
  CHECK_OK(store::put(tx, kind, entity));
  return {};
}

}  // namespace jarvis::server::domain
