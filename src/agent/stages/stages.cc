#include "agent/stages/stages.h"

#include <span>

#include "agent/stages/hooks.h"
#include "agent/stages/restart.h"

namespace jarvis::agent {

Stages standard_stages(StageOptions options) {
  Stages stages;
  const auto add = [&stages](std::unique_ptr<Stage> stage) { stages.push_back(make_hooked(std::move(stage))); };
  add(make_checkout());
  if (options.container) add(make_container(std::move(*options.container)));
  if (options.writes_files) add(make_files());
  add(make_environment());
  std::vector<Stage*> place;
  for (const auto& stage : std::span(stages).subspan(1))
    place.push_back(stage.get());
  add(options.restart ? make_restarting(make_execute(), std::move(*options.restart), std::move(place))
                      : make_execute());
  return stages;
}

}  // namespace jarvis::agent
