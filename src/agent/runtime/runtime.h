// Where the programs of a job run: on the host, or in a container. The job's process itself stays on the host and
// starts each program through its runtime. One thread, but for signal_all() and is_alive().
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "proc/child.h"
#include "proc/environment.h"
#include "proc/run.h"

namespace jarvis::agent {

/// A program as it is to run inside.
struct Command {
  enum class As : std::uint8_t { task, root };
  std::vector<std::string> argv;
  proc::Environment environment;  // all of it: see Runtime::environment()
  std::string directory;          // "": the runtime's own
  As as = As::task;
};

/// What is started on the host so that the program runs inside.
struct HostCommand {
  std::vector<std::string> argv;
  proc::Environment environment;
  std::string directory;
  std::string input;  // for its stdin
};

class Runtime {
 public:
  virtual ~Runtime() = default;

  /// The variables that a program finds inside before the job's own are added.
  virtual const proc::Environment& environment() const = 0;
  virtual HostCommand wrap(const Command& command) const = 0;
  /// What an environment made here depends on besides its packages: the image. "" on the host.
  virtual std::string identity() const { return {}; }
  /// The folder that all of the agent's jobs of this kind share, seen under the same path inside; nothing on the host.
  virtual std::optional<std::filesystem::path> shared_folder() const { return std::nullopt; }
  /// True when the processes are not children of ours: signals go through signal_all().
  virtual bool is_apart() const { return false; }
  /// To all processes of the task inside; SIGKILL ends the place itself.
  virtual void signal_all(int) {}
  /// How the program ended, when the one that stood for it on the host ended like this.
  virtual proc::ExitStatus status_of(const proc::ExitStatus& status) const { return status; }
  /// Whether the kernel killed inside for memory. Asked after the program's end.
  virtual bool is_out_of_memory() const { return false; }
  /// Why the place is no longer there, after a program in it ended like this; nothing while it is there. May wait a
  /// little where the end looks like one of the place's.
  virtual std::optional<std::string> why_gone(const proc::ExitStatus&) const { return std::nullopt; }
};

/// Runs a program inside to its end: its words, variables and folder are as they are there. Errors: those of proc::run.
Result<proc::RunResult> run_in(const Runtime& runtime, proc::RunOptions inside, std::stop_token stop);

class HostRuntime final : public Runtime {
 public:
  explicit HostRuntime(proc::Environment environment) : environment_(std::move(environment)) {}
  const proc::Environment& environment() const override { return environment_; }
  HostCommand wrap(const Command& command) const override {
    return {.argv = command.argv, .environment = command.environment, .directory = command.directory, .input = {}};
  }

 private:
  const proc::Environment environment_;
};

}  // namespace jarvis::agent
