#include "agent/stages/task_environment.h"

#include <algorithm>
#include <sstream>

namespace jarvis::agent {
namespace {

/// The script's folder, the repository's, what the owner adds, what was there: each once.
std::string python_path(const JobContext& job, const std::string& directory, const std::string& before) {
  std::string out;
  std::vector<std::string> seen;
  const std::string& more = job.settings.values.get("agent.extra_python_path");
  for (const std::string& list : {directory, code_root(job).string(), more, before}) {
    std::istringstream parts(list);
    for (std::string part; std::getline(parts, part, ':');) {
      if (part.empty() || std::ranges::find(seen, part) != seen.end()) continue;
      out += (out.empty() ? "" : ":") + part;
      seen.push_back(part);
    }
  }
  return out;
}

}  // namespace

std::filesystem::path code_root(const JobContext& job) {
  for (const char* name :
       {"JARVIS_AGENT_FORCE_CODE_DIR", "CLEARML_AGENT_FORCE_CODE_DIR", "TRAINS_AGENT_FORCE_CODE_DIR"}) {
    if (const auto inside = job.runtime->environment().get(name); inside && !inside->empty()) return *inside;
  }
  return job.settings.path("agent.force_code_dir", job.code);
}

proc::Environment task_environment(const JobContext& job, const std::string& directory) {
  proc::Environment out = job.runtime->environment();
  // Another job's identity, or the key pair that a token stands for, must not shine through.
  for (const char* name :
       {"CLEARML_PROC_MASTER_ID", "TRAINS_PROC_MASTER_ID", "CLEARML_API_ACCESS_KEY", "CLEARML_API_SECRET_KEY",
        "JARVIS_API_ACCESS_KEY", "JARVIS_API_SECRET_KEY", "PYTHONHOME", "TRAINS_API_ACCESS_KEY",
        "TRAINS_API_SECRET_KEY", "JARVIS_AGENT_GIT_PASS", "CLEARML_AGENT_GIT_PASS", "TRAINS_AGENT_GIT_PASS"})
    out.unset(name);
  for (const auto& [name, value] : job.job_variables.values())
    out.set(name, value);
  out.set("PYTHONPATH", python_path(job, directory, out.get("PYTHONPATH").value_or("")));
  out.set("PYTHONUNBUFFERED", "1").set("PYTHONIOENCODING", "utf-8");
  if (const std::string& level = job.settings.values.get("agent.python_optimize"); level != "0")
    out.set("PYTHONOPTIMIZE", level);
  if (job.python.empty()) return out;  // not made yet
  const std::filesystem::path bin = job.python.parent_path();
  out.prepend_path("PATH", bin.string());
  out.set("VIRTUAL_ENV", bin.parent_path().string());
  return out;
}

}  // namespace jarvis::agent
