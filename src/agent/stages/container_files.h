// What a container sees of this machine: folders that outlive it, what it only reads, its home.
#pragma once

#include "agent/job/stage.h"
#include "agent/runtime/container.h"

namespace jarvis::agent {

/// Adds the mounts, and the variables that name them inside. Errors: those of making folders, of portable_uv().
Status share_files(JobContext& job, ContainerOptions& options);
/// For users other than the agent's own: what they write to becomes theirs. After the container's start.
Status hand_over(const JobContext& job, const ContainerRuntime& container, const std::string& user);

}  // namespace jarvis::agent
