// What moves a task through its states: what agents and the SDK report of a run, and what people ask for.
#include <algorithm>

#include "server/domain/task_lost.h"
#include "server/domain/task_silence.h"
#include "server/services/tasks.h"
#include "server/services/tasks_steps.h"
#include "server/store/documents.h"
#include "server/store/queue_entries.h"
#include "server/store/queue_samples.h"

namespace jarvis::server::tasks {
namespace {

using domain::StatusNote;
using domain::TaskDraft;
using domain::TaskState;

// protocol: a task counts as run by a worker while its last worker reported within this time, or until it is shown as
// not heard of.
constexpr std::chrono::seconds kWorkerSilentMax{600};

bool is_run_by_worker(const TaskDraft& task) {
  if (task.state() != TaskState::in_progress || domain::has_system_tag(task.doc(), "development")) return false;
  if (get_string_or(task.doc(), "last_worker", "").empty()) return false;
  // Nobody may be there to be asked; a worker that comes back finds its task stopped and ends the run.
  if (get_string_or(task.doc(), "status_reason", "") == domain::kSilentReason) return false;
  std::int64_t last = 0;
  for (const std::string_view key : {"last_worker_report", "last_update"}) {
    const auto date = get_string(task.doc(), key);
    const auto time = date ? from_iso(*date) : Result<WallTime>(WallTime{});
    if (time) last = std::max(last, time->us);
  }
  return task.now() - kWorkerSilentMax <= WallTime{last};
}

/// The worker that took the task from its queue, as far as somebody said.
std::string worker_of(const std::optional<store::Lease>& lease, const Call& call) {
  return lease && !lease->worker.empty() ? lease->worker.str() : call.worker;
}

ApiResult<Reply> report_end(Services& services, store::Transaction& tx, const Call& call, TaskState to) {
  TRY(TaskDraft task, open_task(services, tx, call));
  CHECK_OK(change_status(tx, task, to, force_of(call.body), StatusNote::from(call.body)));
  return Reply(updated(task));
}

ApiResult<void> publish_models(store::Transaction& tx, const TaskDraft& task) {
  const json::value* outputs = find_path(task.doc(), {"models", "output"});
  if (outputs == nullptr || !outputs->is_array()) return {};
  for (const json::value& item : outputs->get_array()) {
    const auto id = item.is_object() ? get_string(item.get_object(), "model") : std::nullopt;
    if (!id) continue;
    TRY(auto model, store::get(tx, store::Kind::model, *id));
    if (!model || get_bool_or(*model, "ready", false)) continue;
    (*model)["ready"] = true;
    (*model)["last_update"] = to_iso(task.now());
    CHECK_OK(store::put(tx, store::Kind::model, *model));
  }
  return {};
}

ApiResult<void> publish_task(store::Transaction& tx, TaskDraft& task, const json::object& body) {
  CHECK_OK(change_status(tx, task, TaskState::published, force_of(body), StatusNote::from(body)));
  if (get_bool_or(body, "publish_model", true)) CHECK_OK(publish_models(tx, task));
  return {};
}

/// A task that a worker runs is asked to stop; its worker reports the end. Any other one is stopped here and now.
ApiResult<void> stop_task(store::Transaction& tx, TaskDraft& task, const json::object& body) {
  StatusNote note = StatusNote::from(body);
  if (!is_run_by_worker(task)) return change_status(tx, task, TaskState::stopped, force_of(body), note);
  note.message = domain::kStoppingMessage;
  task.become(TaskState::in_progress, note);
  return task.save(tx);
}

}  // namespace

ApiResult<Reply> started(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  TRY(const auto lease, store::lease_of(tx, TaskId(task.id())));
  CHECK_OK(domain::check_transition(task.state(), TaskState::in_progress, force_of(call.body)));
  const bool was_running = task.state() == TaskState::in_progress;
  if (!was_running || get_string_or(task.doc(), "status_message", "") != domain::kStoppingMessage) {
    task.become(TaskState::in_progress, StatusNote::from(call.body));
  }
  // Only the claim says who runs it: the SDK inside the job says "started", too, under its host's name.
  if (lease) {
    domain::remember_place(task.doc(), *lease);
    CHECK_OK(store::note_wait(tx, lease->queue, lease->task, task.now(), lease->added));
    if (const std::string worker = worker_of(lease, call); !worker.empty()) {
      task.set("last_worker", worker);
      task.set("last_worker_report", to_iso(task.now()));
    }
  }
  CHECK_OK(task.save(tx));
  json::object reply = updated(task);
  reply["started"] = 1;
  return Reply(std::move(reply));
}

ApiResult<Reply> stop(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  CHECK_OK(stop_task(tx, task, call.body));
  return Reply(updated(task));
}

ApiResult<Reply> stopped(Services& services, store::Transaction& tx, const Call& call) {
  return report_end(services, tx, call, TaskState::stopped);
}

ApiResult<Reply> failed(Services& services, store::Transaction& tx, const Call& call) {
  return report_end(services, tx, call, TaskState::failed);
}

ApiResult<Reply> close(Services& services, store::Transaction& tx, const Call& call) {
  return report_end(services, tx, call, TaskState::closed);
}

ApiResult<Reply> completed(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  CHECK_OK(change_status(tx, task, TaskState::completed, force_of(call.body), StatusNote::from(call.body)));
  const bool is_to_publish = get_bool_or(call.body, "publish", false);
  if (is_to_publish) CHECK_OK(publish_task(tx, task, call.body));
  json::object reply = updated(task);
  if (is_to_publish) reply["published"] = 1;
  return Reply(std::move(reply));
}

ApiResult<Reply> publish(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  CHECK_OK(publish_task(tx, task, call.body));
  json::object reply = updated(task);
  reply["committed_versions_results"] = json::array();
  return Reply(std::move(reply));
}

ApiResult<Reply> ping(Services& services, store::Transaction& tx, const Call& call) {
  TRY(TaskDraft task, open_task(services, tx, call));
  json::object document = task.doc();
  domain::note_heard(document, task.now());
  CHECK_OK(store::put(tx, store::Kind::task, document));
  return Reply();
}

ApiResult<Reply> stop_many(Services& services, store::Transaction& tx, const Call& call) {
  return for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    CHECK_OK(stop_task(tx, task, call.body));
    json::object row = updated(task);
    row["stopped"] = true;
    return row;
  });
}

ApiResult<Reply> publish_many(Services& services, store::Transaction& tx, const Call& call) {
  return for_each_id(call, [&](const std::string& id) -> ApiResult<json::object> {
    TRY(TaskDraft task, TaskDraft::open(tx, call, id, services.clock.wall()));
    CHECK_OK(publish_task(tx, task, call.body));
    json::object row = updated(task);
    row["published"] = true;
    row["committed_versions_results"] = json::array();
    return row;
  });
}

}  // namespace jarvis::server::tasks
