// What becomes of a task before it is run by hand.
#pragma once

#include "agent/session/session.h"

namespace jarvis::agent {

struct ByHand {
  bool clones = false;          // a copy of it is run instead
  bool requires_queue = false;  // for other schedulers: whoever takes it off its queue may run it
};

/// Takes the task off its queue, if it is in one, or clones it. Returns the id of the task to run. Errors: conflict (it
/// is in no queue, and has to be), those of Session::call.
Result<std::string> take_by_hand(Session& session, const std::string& task, const ByHand& how);

}  // namespace jarvis::agent
