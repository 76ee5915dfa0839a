#include "agent/cli/daemons.h"

#include <unistd.h>

#include <climits>

#include "agent/job/journal.h"
#include "base/json.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

// More daemons of one user on one machine than this are a mistake.
constexpr int kDaemonsMax = 1000;

fs::path folder_of(const AgentSettings& settings) {
  return settings.home / "daemons";
}

}  // namespace

std::string host_name() {
  char name[HOST_NAME_MAX + 1] = {};
  return ::gethostname(name, HOST_NAME_MAX) == 0 && name[0] != '\0' ? name : "localhost";
}

Result<DaemonSeat> DaemonSeat::take(const AgentSettings& settings) {
  const fs::path folder = folder_of(settings);
  CHECK_OK(proc::make_directories(folder, 0700));
  const std::string fixed = settings.values.get("agent.worker_id");
  const std::string& named = settings.values.get("agent.worker_name");
  const std::string base = named.empty() ? host_name() : named;
  for (int i = 0; i < kDaemonsMax; ++i) {
    const std::string worker = fixed.empty() ? base + ":" + std::to_string(i) : fixed;
    const fs::path file = folder / (file_name_of(worker) + ".json");
    TRY(auto lock, proc::LockFile::try_acquire(fs::path(file).replace_extension(".lock")));
    if (lock) return DaemonSeat(worker, file, std::move(*lock));
    if (!fixed.empty())
      return Error(ErrorCode::conflict, "a daemon with the worker id '" + fixed + "' is running already");
  }
  return Error(ErrorCode::conflict, "too many daemons run on this machine");
}

Status DaemonSeat::announce(const std::string& log_file, const std::vector<std::string>& queues) const {
  json::array names;
  for (const std::string& queue : queues)
    names.emplace_back(queue);
  return proc::write_file_durably(
      file_,
      to_text(json::object{{"worker", worker_}, {"pid", ::getpid()}, {"log_file", log_file}, {"queues", names}}));
}

std::vector<DaemonEntry> running_daemons(const AgentSettings& settings) {
  std::vector<DaemonEntry> out;
  std::error_code failure;
  for (const auto& file : fs::directory_iterator(folder_of(settings), failure)) {
    if (file.path().extension() != ".json") continue;
    const auto lock = proc::LockFile::try_acquire(fs::path(file.path()).replace_extension(".lock"));
    if (!lock || *lock) continue;  // nobody holds it: that daemon has ended
    const auto text = proc::read_file(file.path());
    if (!text) continue;
    const auto entry = parse_json_object(*text);
    if (!entry) continue;
    out.push_back({.worker = get_string_or(*entry, "worker", ""),
                   .pid = static_cast<pid_t>(get_int(*entry, "pid").value_or(0)),
                   .log_file = get_string_or(*entry, "log_file", ""),
                   .queues = get_strings(*entry, "queues")});
  }
  return out;
}

}  // namespace jarvis::agent
