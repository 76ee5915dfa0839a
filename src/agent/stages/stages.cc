#include "agent/stages/stages.h"

#include "agent/stages/hooks.h"
#include "agent/stages/restart.h"

namespace jarvis::agent {

Stages standard_stages(StageOptions options) {
  Stages stages;
  stages.push_back(make_checkout());
  if (options.container) stages.push_back(make_container(std::move(*options.container)));
  if (options.writes_files) stages.push_back(make_files());
  stages.push_back(make_environment());
  stages.push_back(options.restart ? make_restarting(make_execute(), std::move(*options.restart)) : make_execute());
  for (auto& stage : stages)
    stage = make_hooked(std::move(stage));
  return stages;
}

}  // namespace jarvis::agent
