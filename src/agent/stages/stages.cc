#include "agent/stages/stages.h"

#include "agent/stages/restart.h"

namespace jarvis::agent {

Stages standard_stages(std::optional<ContainerRequest> container, std::optional<RestartPolicy> restart) {
  Stages stages;
  stages.push_back(make_checkout());
  if (container) stages.push_back(make_container(std::move(*container)));
  stages.push_back(make_environment());
  stages.push_back(restart ? make_restarting(make_execute(), std::move(*restart)) : make_execute());
  return stages;
}

}  // namespace jarvis::agent
