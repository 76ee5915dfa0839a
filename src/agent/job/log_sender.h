// Log records as the server's events. Used by the job while it lives, by its daemon for what a killed job left.
#pragma once

#include "agent/job/journal.h"
#include "agent/logs/spool.h"
#include "agent/session/session.h"

namespace jarvis::agent {

/// One batch. Its stream is the run's own: sequence numbers begin anew with each. Errors: those of Session::call.
Status send_log(Session& session, const JobRecord& run, const std::vector<LogRecord>& records);

/// What is in the spool of a run that has ended and that the server has not acknowledged.
Status send_leftovers(Session& session, const JobRecord& run);

}  // namespace jarvis::agent
