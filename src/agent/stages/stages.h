// The stages of a job: checkout, container (where one is asked for), files (likewise), environment, execute.
#pragma once

#include "agent/job/restart_policy.h"
#include "agent/job/stage.h"
#include "agent/runtime/engine.h"

namespace jarvis::agent {

/// `--docker [IMAGE ARGUMENT...]`: for tasks that name no image.
struct ContainerRequest {
  Engine engine = Engine::docker;
  std::string image;  // "": agent.default_docker.image
  std::vector<std::string> arguments;
};

/// How the stages differ from job to job.
struct StageOptions {
  std::optional<ContainerRequest> container;
  std::optional<RestartPolicy> restart;  // of a service
  bool writes_files = false;             // the configuration has a section `files`
};
Stages standard_stages(StageOptions options = {});

std::unique_ptr<Stage> make_checkout();
std::unique_ptr<Stage> make_container(ContainerRequest request);
std::unique_ptr<Stage> make_files();
std::unique_ptr<Stage> make_environment();
std::unique_ptr<Stage> make_execute();

}  // namespace jarvis::agent
