// What computes for a job, as far as the choice of its packages goes.
#pragma once

#include "agent/python/torch.h"
#include "agent/settings.h"

namespace jarvis::agent {

/// The processor for a job that sees no GPUs; else agent.cuda_version (CUDA_VERSION), the image's CUDA_VERSION
/// (`inside`), or what the driver runs. Errors: invalid_argument (a version that is none).
Result<Accelerator> accelerator_of(const AgentSettings& settings, const proc::Environment& inside);

}  // namespace jarvis::agent
