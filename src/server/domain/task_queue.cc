#include "server/domain/task_queue.h"

#include "server/domain/task_fields.h"
#include "server/store/documents.h"

namespace jarvis::server::domain {

json::object new_queue(std::string_view name, const Identity& owner, WallTime now) {
  const std::string date = to_iso(now);
  return {{"id", random_id()},
          {"name", name},
          {"company", owner.company.str()},
          {"user", owner.user.str()},
          {"created", date},
          {"last_update", date},
          {"tags", json::array()},
          {"system_tags", json::array()},
          {"metadata", json::object()}};
}

ApiResult<json::object> load_queue(store::Transaction& tx, const Call& call, std::string_view id) {
  TRY(auto queue, store::get(tx, store::Kind::queue, id));
  if (!queue || get_string_or(*queue, "company", "") != call.identity.company.str()) {
    return ApiError(api::invalid_queue_id, "id=" + std::string(id));
  }
  return std::move(*queue);
}

ApiResult<json::object> default_queue(store::Transaction& tx, const Call& call) {
  using namespace store;
  Query query;
  query.where = filter::all({filter::equals({"company"}, json::value(call.identity.company.str())),
                             filter::list_has({"system_tags"}, {json::value("default")})});
  query.limit = 2;
  TRY(auto queues, find(tx, Kind::queue, query));
  if (queues.empty()) return ApiError(api::no_default_queue);
  if (queues.size() > 1) return ApiError(api::several_default_queues);
  return std::move(queues.front());
}

ApiResult<json::object> queue_by_name(store::Transaction& tx, const Call& call, std::string_view name, WallTime now) {
  using namespace store;
  TRY(const std::string stripped, checked_task_name(name));
  Query query;
  query.where = filter::all({filter::equals({"company"}, json::value(call.identity.company.str())),
                             filter::equals({"name"}, json::value(stripped))});
  TRY(auto queues, find(tx, Kind::queue, query));
  if (!queues.empty()) return std::move(queues.front());
  json::object queue = new_queue(stripped, call.identity, now);
  CHECK_OK(put(tx, Kind::queue, queue));
  return queue;
}

ApiResult<json::object> queue_or_default(store::Transaction& tx, const Call& call) {
  if (const auto id = get_string(call.body, "queue"); id && !id->empty()) return load_queue(tx, call, *id);
  return default_queue(tx, call);
}

ApiResult<bool> is_watched(store::Transaction& tx, const Call& call, const json::object& queue, WallTime now) {
  const std::string id = get_string_or(queue, "id", "");
  TRY(const auto rows,
      tx.run("queue_is_watched", {std::string_view(call.identity.company.str()), now.ms(), std::string_view(id)}));
  return rows.front().integer(0) != 0;
}

}  // namespace jarvis::server::domain
