#include "proc/path_within.h"

namespace jarvis::proc {

namespace fs = std::filesystem;

Result<fs::path> path_within(const fs::path& root, const fs::path& relative) {
  std::error_code failure;
  const fs::path real_root = fs::weakly_canonical(root, failure);
  if (failure) return errno_error("look at " + root.string(), failure.value());
  const fs::path path = fs::weakly_canonical(real_root / relative.relative_path(), failure);
  const fs::path from_root = path.lexically_relative(real_root);
  if (failure || from_root.empty() || *from_root.begin() == "..")
    return invalid_argument("'" + relative.string() + "' lies outside of the code");
  return path;
}

}  // namespace jarvis::proc
