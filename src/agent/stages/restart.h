// A stage that runs another again and again: services.
#pragma once

#include "agent/job/restart_policy.h"
#include "agent/job/stage.h"

namespace jarvis::agent {

/// `place`: what makes the container that the stage runs in; run again, in this order, when that was lost. The stages
/// outlive the one that is made.
std::unique_ptr<Stage> make_restarting(std::unique_ptr<Stage> stage, RestartPolicy policy, std::vector<Stage*> place);

}  // namespace jarvis::agent
