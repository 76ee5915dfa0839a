// The stages of a job: checkout, container (where one is asked for), environment, execute.
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

/// `restart`: of a service.
Stages standard_stages(std::optional<ContainerRequest> container = std::nullopt,
                       std::optional<RestartPolicy> restart = std::nullopt);

std::unique_ptr<Stage> make_checkout();
std::unique_ptr<Stage> make_container(ContainerRequest request);
std::unique_ptr<Stage> make_environment();
std::unique_ptr<Stage> make_execute();

}  // namespace jarvis::agent
