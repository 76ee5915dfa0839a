#include "agent/stages/stages.h"

namespace jarvis::agent {

Stages standard_stages(std::optional<ContainerRequest> container) {
  Stages stages;
  stages.push_back(make_checkout());
  if (container) stages.push_back(make_container(std::move(*container)));
  stages.push_back(make_environment());
  stages.push_back(make_execute());
  return stages;
}

}  // namespace jarvis::agent
