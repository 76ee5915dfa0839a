// Many tasks changed by one call: lines of updates, and tasks that other companies may read by their id.
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"

namespace jarvis::server::tasks {

ApiResult<Reply> share(Services& services, store::Transaction& tx, const Call& call) {
  const bool is_shared = get_bool_or(call.body, "share", true);
  std::int64_t changed = 0;
  for (const std::string& id : get_strings(call.body, "tasks")) {
    TRY(auto task, domain::TaskDraft::open(tx, call, id, services.clock.wall()));
    if (domain::has_system_tag(task.doc(), domain::kShared) == is_shared) continue;
    if (is_shared) {
      domain::add_system_tag(task.doc(), domain::kShared);
    } else {
      domain::remove_system_tag(task.doc(), domain::kShared);
    }
    task.touch();
    CHECK_OK(task.save(tx));
    ++changed;
  }
  return Reply(json::object{{"changed", changed}});
}

ApiResult<Reply> update_batch(Services& services, store::Transaction& tx, const Call& call) {
  std::int64_t updated = 0;
  std::string_view rest = call.raw_body;
  std::size_t number = 0;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto body = parse_json_object(line);
    if (!body)
      return ApiError(api::malformed_request, "line " + std::to_string(number) + ": " + body.error().message());
    if (get_string_or(*body, "task", "").empty())
      return ApiError(api::validation_error, "line " + std::to_string(number) + ": task is needed");
    Call one = call;
    one.body = std::move(*body);
    CHECK_OK(update(services, tx, one));
    ++updated;
  }
  if (updated == 0) return ApiError(api::empty_batch);
  return Reply(json::object{{"updated", updated}});
}

}  // namespace jarvis::server::tasks
