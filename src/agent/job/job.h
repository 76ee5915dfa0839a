// One run of a task, from the server's document to the report of its outcome: the whole of `jarvis-agent execute`.
#pragma once

#include "agent/job/journal.h"
#include "agent/job/stage.h"
#include "agent/session/session.h"

namespace jarvis::agent {

struct JobOptions {
  std::string task;
  std::string worker;      // as the server sees the run
  std::string daemon;      // whose journal it is in; "" by hand
  std::string run;         // "" by hand: made here
  std::string queue;       // "" by hand
  std::int64_t epoch = 0;  // of the daemon's lease; 0: none
  bool is_by_hand = false;
  bool is_monitored = true;        // false: the log stays here, and no worker is reported
  std::filesystem::path log_file;  // a copy of the log, too
  int rank = 0;                    // of several processes that run one task; only the first sets its state
};

/// Where a run keeps its files. `owner`: of its journal.
std::filesystem::path job_directory(const std::filesystem::path& home, const std::string& owner,
                                    const JobRecord& record);
/// A new run's name: the number of its lease, where it has one.
std::string run_name(std::int64_t epoch);
/// Knows what no log may show: the settings' secrets and those of the environment.
Redactor redactor_for(const AgentSettings& settings);
SessionOptions session_options(const AgentSettings& settings, const std::string& worker);

/// Runs on the caller's thread. Errors are those from before the task was started: not_found (no such task), conflict
/// (not to be started, or another run has it), unauthorized, unavailable. Later ones end as an outcome.
Result<Outcome> run_job(const JobOptions& options, const AgentSettings& settings, const Clock& clock,
                        const Stages& stages, JobStop& stop);

}  // namespace jarvis::agent
