#include "agent/runtime/runtime.h"

namespace jarvis::agent {

Result<proc::RunResult> run_in(const Runtime& runtime, proc::RunOptions inside, std::stop_token stop) {
  HostCommand command = runtime.wrap({.argv = std::move(inside.argv),
                                      .environment = std::move(inside.environment),
                                      .directory = std::move(inside.directory)});
  inside.argv = std::move(command.argv);
  inside.environment = std::move(command.environment);
  inside.directory = std::move(command.directory);
  inside.input = std::move(command.input);
  return proc::run(inside, std::move(stop));
}

}  // namespace jarvis::agent
