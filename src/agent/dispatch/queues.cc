#include "agent/dispatch/queues.h"

namespace jarvis::agent {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view(".^$*+?()[]{}|\\/").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

Result<QueueName> resolve(const CallApi& call, const std::string& name, MissingQueue missing) {
  TRY(const json::object data, call("queues.get_all",
                                    json::object{{"name", "^" + escaped(name) + "$"},
                                                 {"only_fields", json::array{"id", "name"}},
                                                 {"search_hidden", true}},
                                    {}));
  if (const json::array* queues = get_array(data, "queues")) {
    for (const json::value& queue : *queues) {
      if (queue.is_object() && get_string_or(queue.as_object(), "name", "") == name)
        return QueueName{get_string_or(queue.as_object(), "id", ""), name};
    }
  }
  if (auto found = call("queues.get_by_id", json::object{{"queue", name}}, {})) {
    if (const json::object* queue = get_object(*found, "queue"))
      return QueueName{get_string_or(*queue, "id", name), get_string_or(*queue, "name", name)};
  }
  if (missing == MissingQueue::refuse)
    return not_found("there is no queue '" + name + "'; add --create-queue to make it");
  TRY(const json::object made, call("queues.create", json::object{{"name", name}}, {}));
  return QueueName{get_string_or(made, "id", ""), name};
}

}  // namespace

Result<std::vector<QueueName>> resolve_queues(const CallApi& call, const std::vector<std::string>& names,
                                              MissingQueue missing) {
  std::vector<QueueName> out;
  for (const std::string& name : names) {
    TRY(QueueName queue, resolve(call, name, missing));
    out.push_back(std::move(queue));
  }
  if (!out.empty()) return out;
  TRY(const json::object data, call("queues.get_default", {}, {}));
  out.push_back({get_string_or(data, "id", ""), get_string_or(data, "name", "default")});
  return out;
}

}  // namespace jarvis::agent
