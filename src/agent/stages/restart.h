// A stage that runs another again and again: services.
#pragma once

#include "agent/job/restart_policy.h"
#include "agent/job/stage.h"

namespace jarvis::agent {

std::unique_ptr<Stage> make_restarting(std::unique_ptr<Stage> stage, RestartPolicy policy);

}  // namespace jarvis::agent
