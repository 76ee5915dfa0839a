#include "agent/stages/container_sweep.h"

#include "agent/runtime/container.h"
#include "base/log.h"

namespace jarvis::agent {

bool sweep_left_containers(Engine engine, const AgentSettings& settings) {
  const auto swept = sweep_containers(engine, settings.environment, settings.home.string());
  if (!swept) {
    log::warning("left-over containers are not all gone", {{"error", swept.error().message()}});
  } else if (*swept > 0) {
    log::info("removed the containers of jobs that have ended", {{"count", *swept}});
  }
  return swept.has_value();
}

}  // namespace jarvis::agent
