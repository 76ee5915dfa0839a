// Paths that others name, held to a folder.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace jarvis::proc {

/// `relative` below `root` (a leading slash counts for nothing), its symbolic links resolved. Errors: invalid_argument
/// (it leads out of there).
Result<std::filesystem::path> path_within(const std::filesystem::path& root, const std::filesystem::path& relative);

}  // namespace jarvis::proc
