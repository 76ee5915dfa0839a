// Models that go. Tasks that used them forget them; only published tasks keep the trace.
#include "server/domain/entities.h"
#include "server/domain/file_removal.h"
#include "server/domain/model_removal.h"
#include "server/events/event_store.h"
#include "server/services/models.h"
#include "server/services/tasks_steps.h"

namespace jarvis::server::models {
namespace {

using store::Kind;

ApiResult<json::object> remove_model(Services& services, store::Transaction& tx, const Call& call,
                                     const std::string& id) {
  TRY(const json::object model, domain::load_own(tx, call, Kind::model, id));
  if (!get_bool_or(call.body, "force", false)) CHECK_OK(domain::check_model_deletable(tx, model));
  CHECK_OK(domain::remove_model(tx, model, services.clock.wall()));
  CHECK_OK(services.events.delete_task_events(tx, TaskId(id)));
  // Unlike a task's, a model's file stays unless the request says so: clients delete it themselves, or keep it.
  if (get_bool_or(call.body, "delete_external_artifacts", false)) {
    CHECK_OK(domain::schedule_removal(tx, call, get_string_or(model, "task", ""), {get_string_or(model, "uri", "")},
                                      services.clock.wall()));
  }
  const json::value* url = find(model, "uri");
  return json::object{{"deleted", true}, {"url", url == nullptr ? json::value() : *url}};
}

}  // namespace

ApiResult<Reply> remove(Services& services, store::Transaction& tx, const Call& call) {
  TRY(json::object reply, remove_model(services, tx, call, get_string_or(call.body, "model", "")));
  return reply;
}

ApiResult<Reply> remove_many(Services& services, store::Transaction& tx, const Call& call) {
  return tasks::for_each_id(call, [&](const std::string& id) { return remove_model(services, tx, call, id); });
}

}  // namespace jarvis::server::models
