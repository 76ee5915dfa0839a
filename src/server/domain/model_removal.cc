#include "server/domain/model_removal.h"

#include <algorithm>

#include "server/domain/task_document.h"
#include "server/store/documents.h"

namespace jarvis::server::domain {
namespace {

using store::Kind;
namespace filter = store::filter;

store::Filter names_model(std::string_view direction, const std::string& id) {
  return filter::list_has({"models", std::string(direction)}, {json::value(id)}, "model");
}

void forget(json::object& task, std::string_view direction, const std::string& id) {
  json::value& list = ensure_object(task, "models")[direction];
  if (!list.is_array()) return;
  json::array& items = list.get_array();
  const auto is_it = [&](const json::value& item) {
    return item.is_object() && get_string_or(item.get_object(), "model", "") == id;
  };
  if (state_of(task) == TaskState::published) {
    for (json::value& item : items) {
      if (is_it(item)) item.get_object()["model"] = "__DELETED__" + id;
    }
  } else {
    items.erase(std::remove_if(items.begin(), items.end(), is_it), items.end());
  }
}

}  // namespace

ApiResult<void> check_model_deletable(store::Transaction& tx, const json::object& model) {
  const std::string id = get_string_or(model, "id", "");
  TRY(const auto users, store::find_ids(tx, Kind::task, {.where = names_model("input", id), .limit = 1}));
  if (!users.empty())
    return ApiError(api::model_in_use, "task " + users.front() + " starts from it; force deletes it all the same");
  const std::string creator = get_string_or(model, "task", "");
  if (creator.empty()) return {};
  TRY(const auto task, store::get(tx, Kind::task, creator));
  if (task && state_of(*task) == TaskState::published)
    return ApiError(api::model_creator_published, "task " + creator + "; force deletes it all the same");
  return {};
}

ApiResult<void> remove_model(store::Transaction& tx, const json::object& model, WallTime now) {
  const std::string id = get_string_or(model, "id", "");
  TRY(auto tasks,
      store::find(tx, Kind::task, {.where = filter::any({names_model("input", id), names_model("output", id)})}));
  for (json::object& task : tasks) {
    forget(task, "input", id);
    forget(task, "output", id);
    task["last_change"] = to_iso(now);
    CHECK_OK(store::put(tx, Kind::task, task));
  }
  CHECK_OK(store::erase(tx, Kind::model, id));
  return {};
}

}  // namespace jarvis::server::domain
