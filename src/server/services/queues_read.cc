// Lists of queues with what waits in them.
#include <algorithm>

#include "server/domain/task_list.h"
#include "server/domain/task_versions.h"
#include "server/services/queues.h"
#include "server/store/documents.h"
#include "server/store/queue_entries.h"

namespace jarvis::server::queues {
namespace {

using domain::References;

/// Each entry's task as {id, name}.
ApiResult<void> name_tasks(store::Transaction& tx, json::object& queue) {
  json::array& entries = queue.at("entries").as_array();
  std::vector<std::string> ids;
  for (const json::value& entry : entries)
    ids.push_back(get_string_or(entry.get_object(), "task", ""));
  const std::vector<std::string> fields{"name"};
  TRY(auto tasks, store::get_fields(tx, store::Kind::task, ids, fields));
  for (json::value& entry : entries) {
    json::value& id = entry.get_object().at("task");
    const auto task = tasks.find(std::string(id.get_string()));
    const json::value* name = task == tasks.end() ? nullptr : task->second.if_contains("name");
    id = json::object{{"id", id}, {"name", name == nullptr ? json::value() : *name}};
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
  TRY(domain::Found found, domain::find_list(tx, store::Kind::queue, request, domain::Reads::everything));
  for (json::object& queue : found.documents) {
    if (!wants_entries(request.projection)) continue;
    CHECK_OK(add_entries(tx, queue, limit));
    if (references == References::objects) CHECK_OK(name_tasks(tx, queue));
  }
  TRY(json::array out,
      domain::shown(tx, domain::kQueueLists, request.projection, references, std::move(found.documents)));
  for (json::value& queue : out)
    domain::to_old_metadata(queue.get_object(), call.version);
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
