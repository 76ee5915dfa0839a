// What becomes of a task before it is run by hand.
#pragma once

#include "agent/session/session.h"

namespace jarvis::agent {

struct ByHand {
  bool clones = false;          // a copy of it is run instead
  bool requires_queue = false;  // for other schedulers: whoever takes it off its queue may run it
};

/// The task's document. Errors: not_found, those of Session::call.
Result<json::object> fetch_task(Session& session, const std::string& task);

/// Takes the task off its queue, if it is in one, or clones it. Returns the id of the task to run. Errors: conflict (it
/// is in no queue, and has to be), those of fetch_task().
Result<std::string> take_by_hand(Session& session, const std::string& task, const ByHand& how);

}  // namespace jarvis::agent
