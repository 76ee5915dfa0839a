#include "server/files/file_walk.h"

namespace jarvis::server::files {
namespace {

namespace fs = std::filesystem;

// The file server's own, of uploads under way.
constexpr const char* kUploads = ".uploads";

bool is_task_id(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

FileOwner::Kind kind_of(const fs::path& folder) {
  if (folder == "artifacts") return FileOwner::Kind::artifact;
  if (folder == "models") return FileOwner::Kind::model;
  // Samples and plots as images are reported as events of a metric.
  if (folder == "metrics") return FileOwner::Kind::image;
  return FileOwner::Kind::other;
}

Status walk_folder(const fs::path& root, const fs::path& folder, const Visit& visit) {
  std::error_code code;
  fs::directory_iterator at(root / folder, code);
  // Never there, or gone with the task whose it was.
  if (code == std::errc::no_such_file_or_directory) return {};
  while (!code && at != fs::directory_iterator()) {
    const fs::directory_entry entry = *at;
    const fs::path name = folder / entry.path().filename();
    std::error_code gone;
    const bool is_link = entry.is_symlink(gone);
    if (!is_link && entry.is_directory(gone)) {
      if (name != kUploads) CHECK_OK(walk_folder(root, name, visit));
    } else if (!is_link && entry.is_regular_file(gone)) {
      CHECK_OK(visit(entry, name));
    }
    at.increment(code);
  }
  if (code) return Error(ErrorCode::io, "read " + (root / folder).string() + ": " + code.message());
  return {};
}

}  // namespace

Status walk(const fs::path& root, const Visit& visit) {
  return walk_folder(root, fs::path(), visit);
}

FileOwner owner_of(const fs::path& path) {
  const fs::path folder = path.parent_path();
  for (auto part = folder.begin(); part != folder.end(); ++part) {
    const std::string text = part->string();
    const std::string last = text.substr(text.rfind('.') + 1);
    if (!is_task_id(last)) continue;
    const auto next = std::next(part);
    return {.task = last, .kind = next == folder.end() ? FileOwner::Kind::other : kind_of(*next)};
  }
  return {};
}

}  // namespace jarvis::server::files
