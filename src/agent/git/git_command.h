// One program run: git, in a directory.
#pragma once

#include <functional>
#include <stop_token>

#include "agent/network/retry.h"
#include "proc/files.h"
#include "proc/run.h"

namespace jarvis::agent {

class Git {
 public:
  Git(proc::Environment environment, std::function<void(std::string_view)> output, std::stop_token stop,
      NetworkRetries retries = {})
      : environment_(std::move(environment)),
        output_(std::move(output)),
        stop_(std::move(stop)),
        retries_(std::move(retries)) {}

  /// A non-zero exit is no error. Errors: those of proc::run.
  Result<proc::RunResult> run(std::vector<std::string> words, const proc::fs::path& directory,
                              std::string input = {}) const {
    return start(std::move(words), directory, std::move(input), {});
  }
  /// The same with its output in the log.
  Result<proc::RunResult> run_shown(std::vector<std::string> words, const proc::fs::path& directory) const {
    return start(std::move(words), directory, {}, output_);
  }
  /// The same for what asks a server.
  Result<proc::RunResult> fetch_shown(const std::vector<std::string>& words, const proc::fs::path& directory) const {
    return with_network_retries(retries_, "git " + words.front(), stop_, [&] { return run_shown(words, directory); });
  }
  void say(std::string_view line) const {
    if (output_) output_(line);
  }
  const std::stop_token& stop() const { return stop_; }

 private:
  Result<proc::RunResult> start(std::vector<std::string> words, const proc::fs::path& directory, std::string input,
                                std::function<void(std::string_view)> output) const {
    words.insert(words.begin(), "git");
    return proc::run({.argv = std::move(words),
                      .environment = environment_,
                      .directory = directory.string(),
                      .input = std::move(input),
                      .on_output = std::move(output)},
                     stop_);
  }

  const proc::Environment environment_;
  const std::function<void(std::string_view)> output_;
  const std::stop_token stop_;
  const NetworkRetries retries_;
};

}  // namespace jarvis::agent
