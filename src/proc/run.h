// Runs a program to its end and takes its output: git, uv, pip. For the user's own process see agent/runtime.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

#include "proc/child.h"

namespace jarvis::proc {

struct RunOptions {
  std::vector<std::string> argv;
  Environment environment;
  std::string directory;
  std::string input;  // written to its stdin
  std::chrono::milliseconds timeout = std::chrono::minutes(30);
  // Each piece of stdout and stderr as it comes, in order of arrival.
  std::function<void(std::string_view)> on_output;
  std::size_t kept_bytes_max = 4U << 20;  // of each stream; more is dropped from the middle of the run, never an error
};

struct RunResult {
  ExitStatus status;
  std::string out;
  std::string err;
  bool is_success() const { return status.is_success(); }
  /// The last line of stderr (stdout when empty) that says something: for one-sentence messages.
  std::string last_line() const;
};

/// Errors: those of spawn; timeout and cancelled (the tree is killed first). A non-zero exit is not an error.
Result<RunResult> run(const RunOptions& options, std::stop_token stop = {});

}  // namespace jarvis::proc
