#include "agent/stages/task_environment.h"

namespace jarvis::agent {

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
  out.set("PYTHONPATH", directory == job.code.string() ? directory : directory + ":" + job.code.string());
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
