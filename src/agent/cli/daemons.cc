#include "agent/cli/daemons.h"

#include <unistd.h>

#include <algorithm>
#include <climits>

#include "agent/session/session.h"
#include "base/json.h"
#include "base/pause.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

// More daemons of one user on one machine than this are a mistake.
constexpr int kDaemonsMax = 1000;
// A lock is held for a moment by a daemon that looks for jobs of ended ones.
constexpr auto kLookTime = std::chrono::milliseconds(50);
constexpr int kLooksMax = 20;

fs::path folder_of(const AgentSettings& settings) {
  return settings.home / "daemons";
}

/// The id that the settings and GPUs give; "" when a number decides.
std::string fixed_id(const AgentSettings& settings, const std::string& name, const VisibleGpus& gpus, bool is_dynamic) {
  if (const std::string& fixed = settings.values.get("agent.worker_id"); !fixed.empty()) return fixed;
  if (!gpus || *gpus == "none") return {};
  std::string devices = *gpus;
  std::ranges::replace(devices, ':', '.');
  return name + ":" + (is_dynamic ? "dgpu" : "gpu") + devices;
}

}  // namespace

std::string host_name() {
  char name[HOST_NAME_MAX + 1] = {};
  return ::gethostname(name, HOST_NAME_MAX) == 0 && name[0] != '\0' ? name : "localhost";
}

std::string DaemonEntry::command_line() const {
  std::string out = "daemon";
  for (const std::string& word : arguments)
    out += " " + (word.find(' ') == std::string::npos ? word : "\"" + word + "\"");
  // However it was told: by a variable, too.
  if (!gpus.empty() && std::ranges::find(arguments, "--gpus") == arguments.end())
    out += gpus == "none" ? " --cpu-only" : " --gpus " + gpus;
  return out;
}

Result<std::optional<DaemonSeat>> DaemonSeat::try_take(const fs::path& folder, const std::string& worker) {
  const fs::path file = folder / (file_name_of(worker) + ".json");
  TRY(auto lock, proc::LockFile::try_acquire(fs::path(file).replace_extension(".lock")));
  if (!lock) return std::optional<DaemonSeat>();
  std::error_code failure;
  fs::remove(file, failure);  // of one that has ended
  return std::optional(DaemonSeat(worker, file, std::move(*lock)));
}

Result<DaemonSeat> DaemonSeat::take(const AgentSettings& settings, const VisibleGpus& gpus, bool is_dynamic) {
  const fs::path folder = folder_of(settings);
  CHECK_OK(proc::make_directories(folder, 0700));
  const std::string& named = settings.values.get("agent.worker_name");
  const std::string name = named.empty() ? host_name() : named;
  if (const std::string fixed = fixed_id(settings, name, gpus, is_dynamic); !fixed.empty()) {
    for (int i = 0; i < kLooksMax; ++i) {
      TRY(auto seat, try_take(folder, fixed));
      if (seat) return std::move(*seat);
      (void)pause_for(kLookTime, {});
    }
    return Error(ErrorCode::conflict, "a daemon with the worker id '" + fixed +
                                          "' is running already: stop it with `jarvis-agent daemon --stop " + fixed +
                                          "`, or give this one a name of its own by JARVIS_WORKER_ID");
  }
  for (int i = 0; i < kDaemonsMax; ++i) {
    TRY(auto seat, try_take(folder, name + (gpus == "none" ? ":cpu:" : ":") + std::to_string(i)));
    if (seat) return std::move(*seat);
  }
  return Error(ErrorCode::conflict, "too many daemons run on this machine");
}

Status DaemonSeat::announce(DaemonEntry entry) const {
  return proc::write_file_durably(
      file_, to_text(json::object{{"worker", worker_},
                                  {"pid", ::getpid()},
                                  {"start_time", name_process(::getpid()).start_time},
                                  {"log_file", entry.log_file},
                                  {"arguments", json::array(entry.arguments.begin(), entry.arguments.end())},
                                  {"gpus", entry.gpus}}));
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
    const ProcessName process{static_cast<pid_t>(get_int(*entry, "pid").value_or(0)),
                              static_cast<std::uint64_t>(get_int(*entry, "start_time").value_or(0))};
    if (!process.is_alive()) continue;
    out.push_back({.worker = get_string_or(*entry, "worker", ""),
                   .process = process,
                   .log_file = get_string_or(*entry, "log_file", ""),
                   .arguments = get_strings(*entry, "arguments"),
                   .gpus = get_string_or(*entry, "gpus", "")});
  }
  std::ranges::sort(out, {}, &DaemonEntry::worker);
  return out;
}

}  // namespace jarvis::agent
