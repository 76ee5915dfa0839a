// Which `docker run` arguments of a task are used: those that give a container nothing but its own resources and
// variables, unless the machine's owner allows more. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "proc/environment.h"

namespace jarvis::agent {

struct ArgumentPolicy {
  // agent.docker_args_filters: regular expressions for switches ("^--network$"); beside what is always allowed.
  std::vector<std::string> allowed;
  // agent.forbidden_docker_args: switches by name, of the owner's arguments, too.
  std::vector<std::string> forbidden;
  // agent.docker_allow_host_environ: a task may name a variable of the agent (`-e NAME`, `-e NAME=$OTHER`).
  bool reads_host_variables = false;
};

struct ContainerArguments {
  std::vector<std::string> words;  // for `run`, before the image
  // Of -e and --env. They do not become arguments: those are seen by every user of the machine.
  proc::Environment variables;

  bool has(std::string_view name) const;  // "--network"
};

/// The task's words. Errors: forbidden (names the switch, and the setting that would allow it), invalid_argument (a
/// word that is no switch, a switch without its value).
Result<ContainerArguments> task_arguments(const std::vector<std::string>& words, const ArgumentPolicy& policy,
                                          const proc::Environment& host);
/// The owner's words: all but the forbidden ones, variables filled in from the host.
Result<ContainerArguments> owner_arguments(const std::vector<std::string>& words, const ArgumentPolicy& policy,
                                           const proc::Environment& host);

}  // namespace jarvis::agent
