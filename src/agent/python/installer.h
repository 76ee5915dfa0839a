// Makes one Python environment in a directory: with uv, or with the standard library's venv and pip.
#pragma once

#include <optional>

#include "agent/python/environment.h"
#include "agent/python/install_order.h"
#include "proc/run.h"

namespace jarvis::agent {

class Installer {
 public:
  Installer(const PythonSpec& spec, const PythonOptions& options);

  /// Errors: those of prepare_python.
  Status make(const std::filesystem::path& directory);
  /// "" when it cannot be told.
  std::string freeze(const std::filesystem::path& directory) const;

 private:
  Result<proc::RunResult> run(std::vector<std::string> argv, bool shows_output = false) const;
  Result<proc::RunResult> run(proc::RunOptions options, bool shows_output) const;
  std::optional<std::string> find_tool() const;
  std::optional<std::string> find_program(const std::string& name) const;
  std::string wanted_python() const;
  Result<std::filesystem::path> write_requirements(const std::filesystem::path& directory,
                                                   const std::string& text) const;
  Status make_with_uv(const std::filesystem::path& directory) const;
  Status make_with_venv(const std::filesystem::path& directory) const;
  Status make_with_conda(const std::filesystem::path& directory) const;
  Status see_activated(const std::filesystem::path& directory) const;
  Status sync_project(const std::filesystem::path& directory) const;
  enum class Way { uv, pip };
  Status install_in_order(const std::filesystem::path& directory, Way way) const;
  /// `arguments`: the phase's packages ("-r FILE") and flags.
  Result<proc::RunResult> install_with_uv(const std::string& python, const InstallPhase& phase,
                                          const std::vector<std::string>& arguments) const;
  Result<proc::RunResult> install_with_pip(const std::string& python, const InstallPhase& phase,
                                           const std::vector<std::string>& arguments) const;
  void say(std::string_view line) const;

  const PythonSpec& spec_;
  const PythonOptions& options_;
  std::optional<std::string> uv_;
};

/// On PATH, where its own installer puts it, or in a Python's packages (`pip install uv`).
std::optional<std::string> find_uv(const proc::Environment& environment);

}  // namespace jarvis::agent
