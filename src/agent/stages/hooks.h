// Programs of the machine's owner and of the repository that run before and after a stage.
#pragma once

#include "agent/job/stage.h"

namespace jarvis::agent {

/// The stage with its hooks, each an executable file named before-STAGE or after-STAGE:
/// - the owner's, below agent.hooks_dir: on the machine itself, whatever the task runs in;
/// - the repository's, in .jarvis/hooks: where the task runs, as the task, and so only of stages that come after the
///   place is made (environment, execute); none where agent.repository_hooks is false.
/// One before a stage that fails fails the stage. One after it runs however the stage ended, also when the job is
/// being stopped, for up to a minute; its failure is only told.
std::unique_ptr<Stage> make_hooked(std::unique_ptr<Stage> stage);

}  // namespace jarvis::agent
