// agent.default_docker.match_rules: the container of a task that names none, by what the task is. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace jarvis::agent {

struct ContainerRule {
  std::string image, arguments, setup_script;  // "": the rule says nothing of it
  bool is_forced = false;                      // counts for tasks that name a container, too
  std::optional<bool> updates_task;            // else what agent.default_docker.update_back_task says
};

/// The first rule whose conditions the task meets. A rule without a condition is none. `project`: the full name of the
/// task's project.
std::optional<ContainerRule> matching_rule(const std::vector<json::object>& rules, const json::object& task,
                                           const std::string& project);
/// Whether some rule asks for the project's name.
bool asks_for_project(const std::vector<json::object>& rules);

}  // namespace jarvis::agent
