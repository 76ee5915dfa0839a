// A Python environment for a task: made by uv (pip where there is none), kept by its content, shared by all agents of
// the machine.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "agent/network/retry.h"
#include "base/result.h"
#include "proc/environment.h"
#include "proc/files.h"
#include "proc/run.h"

namespace jarvis::agent {

struct CondaPackages {
  std::string packages;  // a line each
  std::vector<std::string> channels;
};

/// A project whose own lock file says what it needs.
struct LockedProject {
  enum class Tool { uv, poetry };
  Tool tool = Tool::uv;
  std::filesystem::path directory;
  std::string contents;           // of its files: what environments made of it depend on
  bool is_installed_too = false;  // the project is a package of its own: the environment holds this job's code
  std::vector<std::string> flags;
  std::string tool_version;  // of poetry, "<2"; "" for any
};

struct PythonSpec {
  std::string version;                   // "3.11", or "" for the machine's default
  std::string requirements;              // requirements.txt
  std::optional<LockedProject> project;  // its lock comes first, the requirements on top of it
  std::optional<CondaPackages> conda;    // made by conda, the requirements on top of it
};

/// Which of the requirements are installed before and after the others (names of packages); a failure of the optional
/// ones is no failure. What comes last finds the others when it is built.
struct InstallOrder {
  std::vector<std::string> first, first_if_possible, last, last_if_possible;
};

/// Where an environment is made when that is not this host: in a container, which sees the cache under its own path.
struct PythonPlace {
  std::function<Result<proc::RunResult>(const proc::RunOptions&, std::stop_token)> run;
  std::string identity;               // what environments made there depend on
  std::string uv;                     // its path there; "" for none
  std::filesystem::path records_dir;  // out of the place's reach: which environments are complete, their locks
  std::filesystem::path given_dir;    // the place reads it and cannot write it
  bool prefers_own_python = true;     // the place's interpreter, whatever version was recorded
};

struct PythonOptions {
  std::filesystem::path cache_dir;  // holds the environments
  std::optional<PythonPlace> place;
  proc::Environment environment;
  std::vector<std::string> extra_index_urls;
  bool takes_best_of_indexes = true;  // as pip does; else the first index that has a package
  InstallOrder order;
  std::vector<std::string> install_flags;
  std::string pip_version;  // "<26", of the pip that comes in; "" for any
  bool uses_uv = true;      // agent.package_manager.type pip: never
  bool sees_system_packages = false;
  bool sees_activated = false;      // the packages of the virtual environment that VIRTUAL_ENV names, too
  std::string python_binary;        // forced by the settings; "" for none
  std::filesystem::path directory;  // where relative requirements ("-e .") are looked up
  std::function<void(std::string_view)> output;
  NetworkRetries retries;
  std::stop_token stop;
};

struct PythonEnvironment {
  std::filesystem::path directory;  // bin/python is in it
  std::filesystem::path record;     // that it is whole; beside it its lock
  bool was_cached = false;
  bool is_reusable = false;              // false: made for this run alone, from what moves
  std::string installed;                 // as `pip freeze` says
  std::optional<proc::LockFile> in_use;  // shared: it is not evicted meanwhile
};

/// Errors: not_found (the Python version; lists what was tried), invalid_argument (a package that cannot be installed:
/// the installer's reason), unavailable (network), exhausted, cancelled.
Result<PythonEnvironment> prepare_python(const PythonSpec& spec, const PythonOptions& options);
Status remove_python(PythonEnvironment environment);

}  // namespace jarvis::agent
