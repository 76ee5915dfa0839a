#include "proc/proc_table.h"

#include <dirent.h>

#include <charconv>
#include <fstream>
#include <sstream>
#include <string>

namespace jarvis::proc {

std::optional<ProcStat> read_stat(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  // The name, in parentheses, may hold anything, parentheses too: fields are counted behind the last one.
  const auto close = line.rfind(')');
  if (close == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(close + 1));
  ProcStat out;
  std::string skipped;
  fields >> out.state >> out.parent >> skipped >> out.session;
  for (int i = 0; i < 7; ++i)
    fields >> skipped;
  fields >> out.user_ticks >> out.system_ticks;
  for (int i = 0; i < 6; ++i)
    fields >> skipped;
  fields >> out.start_time >> skipped >> out.resident_pages;
  if (!fields) return std::nullopt;
  return out;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> out;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  DIR* directory = ::opendir(tasks.c_str());
  if (directory == nullptr) return out;
  while (const dirent* entry = ::readdir(directory)) {
    if (entry->d_name[0] == '.') continue;
    std::ifstream file(tasks + "/" + entry->d_name + "/children");
    pid_t child = 0;
    while (file >> child)
      out.push_back(child);
  }
  ::closedir(directory);
  return out;
}

std::optional<pid_t> find_process(const std::function<bool(const std::vector<std::string>& argv)>& is_meant) {
  DIR* directory = ::opendir("/proc");
  if (directory == nullptr) return std::nullopt;
  std::optional<pid_t> out;
  while (const dirent* entry = ::readdir(directory)) {
    pid_t pid = 0;
    const std::string_view name = entry->d_name;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (failure != std::errc() || end != name.data() + name.size()) continue;
    std::ifstream file("/proc/" + std::string(name) + "/cmdline");
    std::vector<std::string> argv;
    for (std::string word; std::getline(file, word, '\0');)
      argv.push_back(std::move(word));
    if (!is_meant(argv)) continue;
    out = pid;
    break;
  }
  ::closedir(directory);
  return out;
}

pid_t session_of(pid_t pid) {
  const auto stat = read_stat(pid);
  return stat ? stat->session : 0;
}

}  // namespace jarvis::proc
