#include "server/live/change_text.h"

#include <array>

namespace jarvis::server::live {
namespace {

using store::Change;

constexpr std::array<std::string_view, 6> kKinds{"task", "events", "model", "project", "queue", "worker"};

}  // namespace

std::string_view to_string(Change::Kind kind) {
  return kKinds.at(static_cast<std::size_t>(kind));
}

std::optional<Change::Kind> kind_from(std::string_view name) {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i] == name) return static_cast<Change::Kind>(i);
  }
  return std::nullopt;
}

json::object to_json(const Change& change) {
  json::object out{{"kind", to_string(change.kind)},
                   {"id", change.id},
                   {"action", change.action == Change::Action::deleted ? "deleted" : "changed"}};
  if (!change.task.empty()) out["task"] = change.task;
  if (!change.project.empty()) out["project"] = change.project;
  if (!change.status.empty()) out["status"] = change.status;
  if (!change.events.empty()) out["events"] = json::array(change.events.begin(), change.events.end());
  return out;
}

json::object to_json_for_servers(const Change& change) {
  json::object out = to_json(change);
  out["company"] = change.company;
  if (!change.above.empty()) out["above"] = json::array(change.above.begin(), change.above.end());
  return out;
}

Result<Change> change_from(const json::object& object) {
  const auto kind = kind_from(get_string_or(object, "kind", ""));
  if (!kind) return invalid_argument("a change of an unknown kind");
  return Change{
      .kind = *kind,
      .action = get_string_or(object, "action", "") == "deleted" ? Change::Action::deleted : Change::Action::changed,
      .id = get_string_or(object, "id", ""),
      .company = get_string_or(object, "company", ""),
      .task = get_string_or(object, "task", ""),
      .project = get_string_or(object, "project", ""),
      .status = get_string_or(object, "status", ""),
      .above = get_strings(object, "above"),
      .events = get_strings(object, "events")};
}

}  // namespace jarvis::server::live
