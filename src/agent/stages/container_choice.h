// Which container a task gets: what it asks for itself, what the owner's rules and settings give it. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/settings.h"
#include "agent/stages/stages.h"
#include "base/json.h"

namespace jarvis::agent {

struct ContainerChoice {
  std::string image;
  std::vector<std::string> task_words;   // arguments that the task asks for: they are judged
  std::vector<std::string> owner_words;  // of the default, or of a rule
  std::string setup_script;
  std::string origin;  // "the task", "a rule", "--docker", "the default"
  // What the task shall show as its container from now on, in the wire's shape (agent.default_docker.update_back_task).
  std::optional<json::object> to_record;
};

/// `project`: the full name of the task's project, for rules that ask for it. Errors: invalid_argument (an open quote
/// in the arguments, an image that is no name).
Result<ContainerChoice> choose_container(const AgentSettings& settings, const ContainerRequest& request,
                                         const json::object& task, const std::string& project);

/// The lines that the owner has root run in every container before the task's own setup; a failure of one is no failure
/// of the job. "" when there are none. `variables`: of the container.
std::string owner_setup(const AgentSettings& settings, const proc::Environment& variables);

/// agent.docker_container_name_format: "{task_id}", "{worker_id}", "{rand_string:.8}" and the fields of
/// docker_container_name_format_fields. `random`: lower-case letters, as many as are wanted at most. "" when nothing is
/// set. Errors: invalid_argument (a name that is not known, or that no engine takes).
Result<std::string> container_name(const AgentSettings& settings, const json::object& task, const std::string& worker,
                                   const std::string& random);

}  // namespace jarvis::agent
