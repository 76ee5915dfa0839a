// The stages of a job that runs on the host: checkout, environment, execute.
#pragma once

#include "agent/job/stage.h"

namespace jarvis::agent {

Stages standard_stages();

std::unique_ptr<Stage> make_checkout();
std::unique_ptr<Stage> make_environment();
std::unique_ptr<Stage> make_execute();

}  // namespace jarvis::agent
