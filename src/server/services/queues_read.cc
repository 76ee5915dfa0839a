// Lists of queues with what waits in them.
#include <algorithm>

#include "server/domain/task_list.h"
#include "server/services/queues.h"
#include "server/store/documents.h"
#include "server/store/queue_entries.h"

namespace jarvis::server::queues {
namespace {

using domain::References;

/// Each entry's task as {id, name}.
ApiResult<void> name_tasks(store::Transaction& tx, json::object& queue) {
  for (json::value& entry : queue.at("entries").as_array()) {
    json::value& id = entry.as_object().at("task");
    TRY(const auto task, store::get(tx, store::Kind::task, std::string_view(id.get_string())));
    id = json::object{{"id", id}, {"name", task ? task->at("name") : json::value()}};
  }
  return {};
}

bool wants_entries(const domain::Projection& projection) {
  const auto is_entries = [](const store::Path& path) { return path.front() == "entries"; };
  if (!projection.takes_all && !projection.included.empty()) {
    return std::any_of(projection.included.begin(), projection.included.end(), is_entries);
  }
  return std::none_of(projection.excluded.begin(), projection.excluded.end(), is_entries);
}

ApiResult<Reply> list(store::Transaction& tx, const Call& call, References references) {
  TRY(const domain::ListRequest request, domain::parse_list(call, domain::kQueueLists));
  const std::int64_t given = get_int(call.body, "max_task_entries").value_or(-1);
  const std::size_t limit = given < 0 ? SIZE_MAX : static_cast<std::size_t>(given);
  TRY(domain::Found found, domain::find_list(tx, store::Kind::queue, request));
  json::array out;
  for (json::object& queue : found.documents) {
    if (wants_entries(request.projection)) {
      CHECK_OK(add_entries(tx, queue, limit));
      if (references == References::objects) CHECK_OK(name_tasks(tx, queue));
    }
    TRY(json::object one, domain::shown(tx, domain::kQueueLists, request.projection, references, std::move(queue)));
    out.emplace_back(std::move(one));
  }
  json::object reply{{"queues", std::move(out)}};
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

}  // namespace jarvis::server::queues
