// agent.custom_build_script: a program of the owner that makes the task's environment in its own way.
#pragma once

#include "agent/job/stage.h"

namespace jarvis::agent {

/// Runs it where the task runs; "$CLEARML_GIT_ROOT/build.sh" names one of the repository. True: it said which
/// interpreter, script and folder to use, and job.python and the task's script are those now. False: there is none, or
/// it did not say, which the log tells; the environment is made in the usual way. Errors: invalid_argument (it failed:
/// its exit code), those of proc::run.
Result<bool> run_build_script(JobContext& job);

}  // namespace jarvis::agent
