// A container for one job: made from the image, kept while the job's process holds its stdin, gone with it. Programs
// are started in it by `exec`. One thread, but for signal_all() and why_gone().
#pragma once

#include <functional>
#include <stop_token>

#include "agent/network/retry.h"
#include "agent/runtime/engine.h"
#include "agent/runtime/runtime.h"
#include "proc/run.h"

namespace jarvis::agent {

struct ContainerOptions {
  Engine engine = Engine::docker;
  ContainerPlan plan;               // a name, where it has none, and more labels are filled in here
  proc::Environment client;         // of the docker or podman program: the agent's own
  proc::Environment variables;      // for the programs inside, over those of the image
  std::string user;                 // of the task's programs inside: "1000:1000"
  std::string setup_script;         // a shell script that root runs first; what it exports is kept
  bool pulls_always = false;        // agent.docker_force_pull
  bool pulls_never = false;         // agent.standalone_mode
  std::filesystem::path shared;     // outlives the container; among the plan's mounts
  std::filesystem::path directory;  // where the engine's programs run: podman leaves a file `oom` there
  std::string home;                 // whose containers these are: the agent's ~/.jarvis
  std::function<void(std::string_view)> output;
  NetworkRetries retries;
  std::stop_token stop;
};

class ContainerRuntime final : public Runtime {
 public:
  /// Pulls the image where it is missing, makes the container, runs the setup script. Errors: not_found (no docker, no
  /// such image), unavailable (the engine's service, a registry), invalid_argument (a setup script that failed, an
  /// argument that the engine refuses), cancelled.
  static Result<std::unique_ptr<ContainerRuntime>> start(ContainerOptions options);
  /// Ends the container and all that runs in it.
  ~ContainerRuntime() override;
  ContainerRuntime(const ContainerRuntime&) = delete;
  ContainerRuntime& operator=(const ContainerRuntime&) = delete;

  const proc::Environment& environment() const override { return environment_; }
  HostCommand wrap(const Command& command) const override;
  std::string identity() const override { return image_id_ + "\n" + options_.setup_script; }
  std::optional<std::filesystem::path> shared_folder() const override { return options_.shared; }
  bool is_apart() const override { return true; }
  void signal_all(int signal) override;
  proc::ExitStatus status_of(const proc::ExitStatus& status) const override;
  bool is_out_of_memory() const override;
  std::optional<std::string> why_gone(const proc::ExitStatus& end) const override;

  const std::string& name() const { return options_.plan.name; }
  /// Of root or the task, with no more than the image's variables. Errors: those of proc::run.
  Result<proc::RunResult> run(std::vector<std::string> argv, Command::As as) const;

 private:
  ContainerRuntime(ContainerOptions options, std::string program);
  bool is_running() const;
  Result<proc::RunResult> engine(std::vector<std::string> words, std::chrono::seconds timeout, bool is_shown = false,
                                 bool may_stop = true) const;
  Status find_image();
  Status pull();
  Status make();
  Status await_ready(int fd) const;
  Status set_up();

  ContainerOptions options_;
  const std::string program_;
  std::string image_id_;
  proc::Environment environment_;
  proc::UniqueFd stdin_;  // the container's life
  proc::Child keeper_;    // `docker run`
};

/// podman as root gives containers higher limits than its own, which root may not do in a container or a virtual
/// machine that lacks CAP_SYS_RESOURCE: there, no container would start. docker's service does not.
std::vector<std::string> limits_for(Engine engine);

/// Removes the containers of this agent whose job has ended. Returns how many there were; an error when one is still
/// there.
Result<int> sweep_containers(Engine engine, const proc::Environment& client, const std::string& home);

}  // namespace jarvis::agent
