// The commands of jarvis-agent.
#pragma once

namespace jarvis::agent {

/// Exit codes: 0 done, 1 the task failed or was stopped, 2 it could not be begun (usage, settings, credentials,
/// server).
int run_cli(int argc, char** argv);

}  // namespace jarvis::agent
