#include "server/domain/task_document.h"

#include <algorithm>
#include <set>

#include "server/domain/task_lease.h"
#include "server/store/documents.h"
#include "server/store/queue_entries.h"

namespace jarvis::server::domain {
namespace {

/// Whole seconds since the task's last start, 0 when it has none or the clock went back.
std::int64_t seconds_running(const json::object& task, WallTime now) {
  const auto started = get_string(task, "started");
  if (!started) return 0;
  const auto since = from_iso(*started);
  return since ? std::max<std::int64_t>(0, (now.us - since->us) / 1'000'000) : 0;
}

/// A project's last_update tells of the last change of status in it: lists of projects are in this order.
ApiResult<void> touch_project(store::Transaction& tx, const json::object& task, WallTime now) {
  const auto id = get_string(task, "project");
  if (!id || id->empty()) return {};
  TRY(auto project, store::get(tx, store::Kind::project, *id));
  if (!project) return {};
  (*project)["last_update"] = to_iso(now);
  CHECK_OK(store::put(tx, store::Kind::project, *project));
  return {};
}

}  // namespace

json::object new_task(std::string_view name, std::string_view type, const Identity& owner, WallTime now) {
  const std::string date = to_iso(now);
  return {
      {"id", random_id()},
      {"name", name},
      {"type", type},
      {"status", to_string(TaskState::created)},
      {"company", owner.company.str()},
      {"user", owner.user.str()},
      {"created", date},
      {"last_update", date},
      {"last_change", date},
      {"last_changed_by", owner.user.str()},
      {"status_changed", date},
      {"status_reason", ""},
      {"status_message", ""},
      {"started", nullptr},
      {"completed", nullptr},
      {"published", nullptr},
      {"active_duration", nullptr},
      {"last_worker", nullptr},
      {"last_worker_report", nullptr},
      {"last_iteration", 0},
      {"comment", ""},
      {"tags", json::array()},
      {"system_tags", json::array()},
      {"script", json::object()},
      {"execution", json::object{{"queue", nullptr}, {"artifacts", json::array()}}},
      {"models", json::object{{"input", json::array()}, {"output", json::array()}}},
      {"output", json::object{{"destination", ""}}},
      {"container", json::object()},
      {"runtime", json::object()},
      {"hyperparams", json::object()},
      {"configuration", json::object()},
      {"last_metrics", json::object()},
  };
}

std::string_view company_of_text(std::string_view text) {
  // A quote inside a value is written \" in JSON, so this key can only be found where a key stands, and the first one
  // is the task's own.
  constexpr std::string_view key = R"("company":")";
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  const std::size_t from = at + key.size();
  return text.substr(from, text.find('"', from) - from);
}

TaskState state_of(const json::object& task) {
  const auto name = get_string(task, "status");
  return name ? task_state_from(*name).value_or(TaskState::unknown) : TaskState::unknown;
}

ApiError no_such_task(const Call& call, std::string_view id) {
  return ApiError(api::invalid_task_id, "id=" + std::string(id) + ", company=" + call.identity.company.str())
      .with("id", json::value(id));
}

ApiResult<std::string> load_task_text(store::Transaction& tx, const Call& call, std::string_view id) {
  TRY(auto text, store::get_text(tx, store::Kind::task, id));
  if (!text) return no_such_task(call, id);
  const std::string_view company = company_of_text(*text);
  if (!company.empty() && company != call.identity.company.str()) {
    TRY(const json::object task, parse_json_object(*text));
    if (!has_system_tag(task, kShared)) return no_such_task(call, id);
  }
  return std::move(*text);
}

ApiResult<json::object> load_task(store::Transaction& tx, const Call& call, std::string_view id) {
  TRY(const std::string text, load_task_text(tx, call, id));
  TRY(json::object task, parse_json_object(text));
  return task;
}

StatusNote StatusNote::from(const json::object& body) {
  return {get_string_or(body, "status_reason", ""), get_string_or(body, "status_message", "")};
}

ApiResult<TaskDraft> TaskDraft::open(store::Transaction& tx, const Call& call, std::string_view id, WallTime now) {
  TRY(json::object task, load_task(tx, call, id));
  if (const std::string company = get_string_or(task, "company", ""); company != call.identity.company.str()) {
    return ApiError(api::no_write_permission,
                    "task " + std::string(id) + (company.empty() ? " is public" : " is shared"));
  }
  CHECK_OK(check_lease(tx, call, task));
  return TaskDraft(std::string(id), std::move(task), call.identity.user.str(), now);
}

TaskDraft TaskDraft::of_new(json::object task, const Identity& owner, WallTime now) {
  std::string id = get_string_or(task, "id", "");
  return TaskDraft(std::move(id), std::move(task), owner.user.str(), now);
}

void TaskDraft::set_value(std::string_view key, json::value value) {
  fields_[key] = value;
  doc_[key] = std::move(value);
}

void TaskDraft::set_queue(std::string_view queue) {
  const json::value value = queue.empty() ? json::value() : json::value(queue);
  ensure_object(doc_, "execution")["queue"] = value;
  fields_["execution.queue"] = value;
}

void TaskDraft::touch() {
  const std::string date = to_iso(now_);
  set("last_update", date);
  set("last_change", date);
  set("last_changed_by", user_);
}

void TaskDraft::become(TaskState to, const StatusNote& note) {
  const TaskState from = state();
  const std::string date = to_iso(now_);
  set("status_reason", note.reason);
  set("status_message", note.message);
  if (from != to) {
    set("status", to_string(to));
    set("status_changed", date);
    if (from == TaskState::in_progress) {
      set("active_duration", get_int(doc_, "active_duration").value_or(0) + seconds_running(doc_, now_));
    }
    if (to == TaskState::in_progress) {
      set("started", date);
      set("completed", nullptr);
    } else if (to == TaskState::published) {
      set("published", date);
    } else if (from == TaskState::in_progress && is_final(to)) {
      set("completed", date);
    }
  }
  touch();
}

ApiResult<void> TaskDraft::save(store::Transaction& tx) {
  if (!project_before_.empty() && project_before_ != get_string_or(doc_, "project", "")) {
    // Who watches the project that it left is told, too.
    tx.note({.kind = store::Change::Kind::task,
             .id = id_,
             .company = get_string_or(doc_, "company", ""),
             .project = project_before_});
  }
  if (before_ == TaskState::queued && state() != TaskState::queued) {
    CHECK_OK(store::remove(tx, TaskId(id_)));
    TRY(const auto lease, store::lease_of(tx, TaskId(id_)));
    if (lease) {
      CHECK_OK(store::end_lease(tx, TaskId(id_)));
      if (state() != TaskState::in_progress) doc_["void_epoch"] = lease->epoch;
    }
    doc_.stable_erase("enqueue_status");
    if (state() != TaskState::in_progress) set_queue({});
  }
  if (before_ == TaskState::in_progress && state() != TaskState::in_progress) doc_.stable_erase("queue_place");
  if (before_ == TaskState::in_progress && state() == TaskState::created) {
    // Reset under a run: what that run still has to say is about results that are gone.
    TRY(doc_["void_epoch"], store::epoch_of(tx, TaskId(id_)));
  }
  CHECK_OK(store::put(tx, store::Kind::task, doc_));
  if (before_ != state()) CHECK_OK(touch_project(tx, doc_, now_));
  return {};
}

ApiResult<json::array> checked_tags(const json::object& body, std::string_view key) {
  std::set<std::string> sorted;
  for (std::string& tag : get_strings(body, key)) {
    if (tag.starts_with("__$")) return ApiError(api::bad_value, "a tag cannot begin with __$: " + tag);
    sorted.insert(std::move(tag));
  }
  json::array out;
  for (const std::string& tag : sorted)
    out.emplace_back(tag);
  return out;
}

bool has_system_tag(const json::object& document, std::string_view tag) {
  const json::array* tags = get_array(document, "system_tags");
  return tags != nullptr && std::find(tags->begin(), tags->end(), json::value(tag)) != tags->end();
}

void remove_system_tag(json::object& document, std::string_view tag) {
  json::value& tags = document["system_tags"];
  if (!tags.is_array()) return;
  json::array& list = tags.get_array();
  list.erase(std::remove(list.begin(), list.end(), json::value(tag)), list.end());
}

void add_system_tag(json::object& document, std::string_view tag) {
  std::vector<std::string> tags = get_strings(document, "system_tags");
  tags.emplace_back(tag);
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  document["system_tags"] = json::array(tags.begin(), tags.end());
}

}  // namespace jarvis::server::domain
