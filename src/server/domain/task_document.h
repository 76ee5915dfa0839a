// A task as it is stored, and the one place where a change to it keeps its dates, durations and queue place right.
// A TaskDraft is opened, changed and saved inside one write transaction, on that transaction's thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/ids.h"
#include "base/json.h"
#include "server/call.h"
#include "server/domain/task_states.h"
#include "server/store/store.h"

namespace jarvis::server::domain {

/// A task's document with every field that clients expect, its keys in the order in which they are stored: `company`
/// stands before anything a user can fill, see company_of_text().
json::object new_task(std::string_view name, std::string_view type, const Identity& owner, WallTime now);

/// The company of a stored task's text, without parsing it.
std::string_view company_of_text(std::string_view text);

TaskState state_of(const json::object& task);

/// The task if the caller may read it: its company's own or public. Otherwise 400/101.
ApiResult<json::object> load_task(store::Transaction& tx, const Call& call, std::string_view id);
/// The same for what wants only the check and the text.
ApiResult<std::string> load_task_text(store::Transaction& tx, const Call& call, std::string_view id);
/// What every missing or foreign task answers.
ApiError no_such_task(const Call& call, std::string_view id);

/// The words that come with a change of status; empty ones replace what stood there.
struct StatusNote {
  std::string reason;
  std::string message;

  static StatusNote from(const json::object& body);
};

class TaskDraft {
 public:
  /// Loads a task to change it. Errors: 400/101 no such task, 403/21 public or foreign, 400/190 an old run's call.
  static ApiResult<TaskDraft> open(store::Transaction& tx, const Call& call, std::string_view id, WallTime now);

  /// A draft of a task that is not stored yet.
  static TaskDraft of_new(json::object task, const Identity& owner, WallTime now);

  const std::string& id() const { return id_; }
  const json::object& doc() const { return doc_; }
  /// For changes inside a field; say touch() after them.
  json::object& doc() { return doc_; }
  TaskState state() const { return state_of(doc_); }
  WallTime now() const { return now_; }

  /// Replaces a field and remembers it for the answer's `fields`.
  template <typename T>
  void set(std::string_view key, T&& value) {
    set_value(key, json::value(std::forward<T>(value)));
  }
  /// The queue that the task waits in or was started from; empty for none.
  void set_queue(std::string_view queue);
  /// Changes the status with its dates and durations. The caller has checked the transition.
  void become(TaskState to, const StatusNote& note);
  /// The task changed: by whom and when.
  void touch();

  /// Writes the task. A task that left `queued` leaves its queue and ends its lease; if it left in another way than by
  /// starting, the run that held the lease may not start any more.
  ApiResult<void> save(store::Transaction& tx);
  json::object take_fields() { return std::move(fields_); }

 private:
  void set_value(std::string_view key, json::value value);
  TaskDraft(std::string id, json::object doc, std::string user, WallTime now)
      : id_(std::move(id)),
        doc_(std::move(doc)),
        user_(std::move(user)),
        now_(now),
        before_(state_of(doc_)),
        project_before_(get_string_or(doc_, "project", "")) {}

  std::string id_;
  json::object doc_;
  json::object fields_;
  std::string user_;
  WallTime now_;
  TaskState before_;
  std::string project_before_;
};

/// The system tag of a task that every company may read by its id.
inline constexpr std::string_view kShared = "shared";
/// A list of tags as it is stored: sorted, each once. 400/16 for a tag that looks like a list operator.
ApiResult<json::array> checked_tags(const json::object& body, std::string_view key);
bool has_system_tag(const json::object& document, std::string_view tag);
void remove_system_tag(json::object& document, std::string_view tag);
void add_system_tag(json::object& document, std::string_view tag);

}  // namespace jarvis::server::domain
