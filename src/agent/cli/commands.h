// One function a subcommand; each returns the process's exit code.
#pragma once

#include "agent/cli/flags.h"
#include "agent/job/by_hand.h"
#include "agent/settings.h"

namespace jarvis::agent {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUnable = 2;

struct ExecuteFlags {
  RunFlags run;
  std::string task;
  ByHand by_hand;
  std::string log_file;
  bool has_no_monitoring = false;
  bool is_worker = false;  // --full-monitoring
  // What a daemon says to the process that runs a job.
  std::string worker, daemon, run_name, queue;
  std::int64_t epoch = 0;
  bool is_service = false;
};
void add_execute(CLI::App& app, ExecuteFlags& flags, SettingFlags& settings);
int run_execute(const ExecuteFlags& flags, AgentSettings settings);

struct InitFlags {
  bool assumes_yes = false;
  bool overwrites = false;
  std::string api, web, files, access_key, secret_key;
};
int run_init(const InitFlags& flags, const AgentSettings& settings);

int run_list(const AgentSettings& settings);

/// Prints the error as a person should read it; the exit code that goes with it.
int report_error(const Error& error);

}  // namespace jarvis::agent
