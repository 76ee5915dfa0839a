// Which `docker run` arguments of a task are used: those that give a container nothing but its own resources and
// variables, unless the machine's owner allows more. Pure.
#pragma once

#include <cstdint>
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
  // agent.docker_args_allowed_port_range: a task may publish ports; those of the host come from the range.
  bool may_publish = false;
};

struct ContainerArguments {
  std::vector<std::string> words;  // for `run`, before the image
  // Of -e and --env. They do not become arguments: those are seen by every user of the machine.
  proc::Environment variables;

  bool has(std::string_view name) const;  // "--network"
  /// Forgets those switches of these names ("network", "v") that the other has, too.
  void drop_of(const ContainerArguments& other, const std::vector<std::string>& names);
  void append(const ContainerArguments& other);
};

/// Whose word stays where both use a protected switch (agent.docker_args_extra_precedes_task).
enum class Precedence : std::uint8_t { owner, task };
/// Both sides' for one command line. As in the stock agent, the side that precedes stands first: of a switch that is
/// not protected the other side's counts, as the engine takes the later.
ContainerArguments merged_arguments(ContainerArguments task, ContainerArguments owner,
                                    const std::vector<std::string>& protected_names, Precedence precedence);

/// The task's words. Errors: forbidden (names the switch, and the setting that would allow it), invalid_argument (a
/// word that is no switch, a switch without its value).
Result<ContainerArguments> task_arguments(const std::vector<std::string>& words, const ArgumentPolicy& policy,
                                          const proc::Environment& host);
/// The owner's words: all but the forbidden ones, variables filled in from the host.
Result<ContainerArguments> owner_arguments(const std::vector<std::string>& words, const ArgumentPolicy& policy,
                                           const proc::Environment& host);

}  // namespace jarvis::agent
