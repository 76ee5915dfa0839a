// A Python environment for a task: made by uv (pip where there is none), kept by its content, shared by all agents of
// the machine.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "proc/environment.h"

namespace jarvis::agent {

struct PythonSpec {
  std::string version;       // "3.11", or "" for the machine's default
  std::string requirements;  // requirements.txt
};

struct PythonOptions {
  std::filesystem::path cache_dir;  // holds the environments
  proc::Environment environment;
  std::vector<std::string> extra_index_urls;
  std::string python_binary;        // forced by the settings; "" for none
  std::filesystem::path directory;  // where relative requirements ("-e .") are looked up
  std::function<void(std::string_view)> output;
  std::stop_token stop;
};

struct PythonEnvironment {
  std::filesystem::path directory;  // bin/python is in it
  bool was_cached = false;
  std::string installed;  // as `pip freeze` says
};

/// Errors: not_found (the Python version; lists what was tried), invalid_argument (a package that cannot be installed:
/// the installer's reason), unavailable (network), exhausted, cancelled.
Result<PythonEnvironment> prepare_python(const PythonSpec& spec, const PythonOptions& options);

}  // namespace jarvis::agent
