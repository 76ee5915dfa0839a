// The uploaded files as the storage meter counts them.
#pragma once

#include <filesystem>
#include <stop_token>

#include "server/scheduler/storage_meter.h"

namespace jarvis::server {

/// By the task that each belongs to by its path. Looks at every file. Errors: io; cancelled, when `stop` comes.
Result<scheduler::FilesByTask> sizes_of_files(const std::filesystem::path& root, const std::stop_token& stop);

}  // namespace jarvis::server
