#include "server/domain/task_silence.h"

#include <string>

namespace jarvis::server::domain {
namespace {

/// "2026-11-23 20:35:49 UTC"
std::string for_people(WallTime time) {
  std::string text = to_iso(time).substr(0, 19);
  text[10] = ' ';
  return text + " UTC";
}

}  // namespace

void tell_silence(json::object& task, std::chrono::seconds given_up_after, std::string_view then) {
  const auto last = from_iso(get_string_or(task, "last_update", ""));
  std::string message = "Nothing has been heard of " + get_string_or(task, "last_worker", "its worker");
  if (last)
    message += " since " + for_people(*last) + ". If that stays so, " + std::string(then) + " at " +
               for_people(*last + given_up_after) + ".";
  task["status_reason"] = kSilentReason;
  task["status_message"] = message;
}

void note_heard(json::object& task, WallTime now) {
  task["last_update"] = to_iso(now);
  if (get_string_or(task, "status_reason", "") != kSilentReason) return;
  task["status_reason"] = "";
  task["status_message"] = "";
}

}  // namespace jarvis::server::domain
