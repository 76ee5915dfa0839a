// A uv that runs in any image: linked against nothing of it. Kept in the agent's home.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>

#include "base/result.h"
#include "proc/environment.h"

namespace jarvis::agent {

/// True for a program that needs no loader of its system (static).
bool is_static_program(const std::filesystem::path& program);

/// That of the machine when it is static, else one fetched from the package index into `folder`, else the machine's own
/// (it runs in images with glibc). Errors: not_found, when there is no uv at all.
Result<std::filesystem::path> portable_uv(const std::filesystem::path& folder, const proc::Environment& environment,
                                          const std::stop_token& stop);

}  // namespace jarvis::agent
