// `jarvis-agent doctor`: looks at all that a daemon needs here and says how to mend what is wrong.
#pragma once

#include "agent/settings.h"

namespace jarvis::agent {

/// 0 when nothing keeps a daemon from working; warnings do not count.
int run_doctor(const AgentSettings& settings);

}  // namespace jarvis::agent
