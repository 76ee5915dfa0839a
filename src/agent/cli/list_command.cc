#include <iostream>

#include "agent/cli/commands.h"
#include "agent/cli/daemons.h"
#include "agent/job/job.h"

namespace jarvis::agent {
namespace {

/// "name" of a reference that may be an id, too.
std::string name_of(const json::object& object, std::string_view key) {
  if (const json::object* reference = get_object(object, key))
    return get_string_or(*reference, "name", get_string_or(*reference, "id", ""));
  return get_string_or(object, key, "");
}

void print_worker(const json::object& worker) {
  std::cout << "- id: " << get_string_or(worker, "id", "") << "\n";
  if (const std::string ip = get_string_or(worker, "ip", ""); !ip.empty()) std::cout << "  ip: " << ip << "\n";
  if (const std::string task = name_of(worker, "task"); !task.empty()) std::cout << "  task: " << task << "\n";
  if (const std::string seen = get_string_or(worker, "last_activity_time", ""); !seen.empty())
    std::cout << "  last_activity_time: '" << seen << "'\n";
  if (const json::array* queues = get_array(worker, "queues"); queues != nullptr && !queues->empty()) {
    std::cout << "  queues:\n";
    for (const json::value& queue : *queues) {
      if (queue.is_object()) std::cout << "  - " << get_string_or(queue.as_object(), "name", "") << "\n";
    }
  }
}

}  // namespace

int run_list(const AgentSettings& settings) {
  const SystemClock clock;
  Session session(session_options(settings, ""), clock);
  const auto data = session.call("workers.get_all", {});
  if (!data) return report_error(data.error());
  const json::array* workers = get_array(*data, "workers");
  std::cout << "workers:" << (workers == nullptr || workers->empty() ? " []\n" : "\n");
  if (workers != nullptr) {
    for (const json::value& worker : *workers)
      if (worker.is_object()) print_worker(worker.as_object());
  }
  const auto daemons = running_daemons(settings);
  std::cout << "daemons_here:" << (daemons.empty() ? " []\n" : "\n");
  for (const DaemonEntry& daemon : daemons) {
    std::cout << "- worker: " << daemon.worker << "\n  pid: " << daemon.process.pid << "\n";
    if (!daemon.log_file.empty()) std::cout << "  log: " << daemon.log_file << "\n";
  }
  return kExitDone;
}

}  // namespace jarvis::agent
