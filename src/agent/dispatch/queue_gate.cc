#include "agent/dispatch/queue_gate.h"

namespace jarvis::agent {
namespace {

// What people force is seen after at most this and one long poll.
constexpr auto kLookEvery = std::chrono::seconds(15);

}  // namespace

std::vector<QueueName> QueueGate::open(const std::vector<QueueName>& queues) {
  if (queues.empty()) return {};
  look(queues);
  std::vector<QueueName> out;
  for (const QueueName& queue : queues)
    if (is_open(queue.id)) out.push_back(queue);
  return out;
}

std::chrono::seconds QueueGate::holds() const {
  return hours_.is_always_open() ? std::chrono::seconds::max()
                                 : local_hour(clock_.wall()).left + std::chrono::seconds(1);
}

json::array QueueGate::describe(const std::vector<QueueName>& queues) {
  look(queues);
  json::array out;
  for (const QueueName& queue : queues) {
    const auto force = forced(tags_[queue.id], worker_force_);
    out.push_back(json::object{{"id", queue.id},
                               {"name", queue.name},
                               {"open", is_open(queue.id)},
                               {"why", force                     ? "forced"
                                       : hours_.is_always_open() ? "always"
                                                                 : "timetable"}});
  }
  return out;
}

void QueueGate::look(const std::vector<QueueName>& queues) {
  if (looked_ && clock_.steady() - *looked_ < kLookEvery) return;
  looked_ = clock_.steady();
  json::array ids;
  for (const QueueName& queue : queues)
    ids.emplace_back(queue.id);
  const auto found =
      call_("queues.get_all",
            json::object{{"id", std::move(ids)}, {"only_fields", json::array{"id", "tags"}}, {"search_hidden", true}},
            {.timeout = std::chrono::seconds(10)});
  if (const json::array* list = found ? get_array(*found, "queues") : nullptr) {
    for (const json::value& queue : *list)
      if (queue.is_object()) tags_[get_string_or(queue.as_object(), "id", "")] = get_strings(queue.as_object(), "tags");
  }
  if (!has_properties_) return;
  const auto properties =
      call_("workers.get_runtime_properties", json::object{{"worker", worker_}}, {.timeout = std::chrono::seconds(10)});
  if (!properties) {
    const ErrorCode code = properties.error().code();
    has_properties_ = code != ErrorCode::not_found && code != ErrorCode::invalid_argument;
    return;
  }
  worker_force_.reset();
  const json::array* list = get_array(*properties, "runtime_properties");
  if (list == nullptr) return;
  for (const json::value& property : *list) {
    if (property.is_object() && get_string_or(property.as_object(), "key", "") == "force")
      worker_force_ = get_string_or(property.as_object(), "value", "");
  }
}

bool QueueGate::is_open(const std::string& queue) const {
  const auto tags = tags_.find(queue);
  if (const auto force = forced(tags == tags_.end() ? std::vector<std::string>() : tags->second, worker_force_))
    return *force;
  const LocalHour now = local_hour(clock_.wall());
  return hours_.is_open(now.weekday, now.hour);
}

}  // namespace jarvis::agent
