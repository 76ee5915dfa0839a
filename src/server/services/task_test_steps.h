// What the tests of tasks and queues do again and again.
#pragma once

#include <string>

#include "server/services/service_fixture.h"

namespace jarvis::server {

class TaskFixture : public ServiceFixture {
 protected:
  std::string new_task(json::object body = {}) {
    if (!body.contains("name")) body["name"] = "a task";
    if (!body.contains("type")) body["type"] = "training";
    return std::string(ok("tasks.create", body).at("id").get_string());
  }
  std::string new_queue(std::string_view name, json::array system_tags = {}) {
    return std::string(ok("queues.create", {{"name", name}, {"system_tags", system_tags}}).at("id").get_string());
  }
  json::object task(std::string_view id) { return ok("tasks.get_by_id", {{"task", id}}).at("task").as_object(); }
  std::string status(std::string_view id) { return get_string_or(task(id), "status", "?"); }
  /// The task, put into a state without going the way there.
  void set_status(std::string_view id, std::string_view status) {
    json::object document = stored(store::Kind::task, id).value();
    document["status"] = status;
    put(store::Kind::task, document);
  }
  json::object enqueue(std::string_view task, std::string_view queue) {
    return ok("tasks.enqueue", {{"task", task}, {"queue", queue}});
  }
  /// What an agent gets from a queue right now.
  json::object next(std::string_view queue) { return ok("queues.get_next_task", {{"queue", queue}}); }
  std::vector<std::string> waiting(std::string_view queue) {
    std::vector<std::string> ids;
    const json::object answer = ok("queues.get_by_id", {{"queue", queue}});
    for (const json::value& entry : answer.at("queue").at("entries").as_array())
      ids.emplace_back(entry.at("task").as_string());
    return ids;
  }
  /// Calls from now on speak for this run of the task.
  void speak_for(std::string_view task_id, std::int64_t epoch) { me.lease = LeaseClaim{TaskId(task_id), epoch}; }
};

}  // namespace jarvis::server
