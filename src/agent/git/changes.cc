#include "agent/git/changes.h"

#include <sstream>

#include "proc/path_within.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

/// What is there already is the same notebook, committed: it stays.
Status write_script(const std::string& text, const fs::path& root, const std::string& relative) {
  TRY(const fs::path path, proc::path_within(root, relative));
  std::error_code failure;
  if (fs::exists(path, failure)) return {};
  CHECK_OK(proc::make_directories(path.parent_path(), 0755));
  return proc::write_file_durably(path, text, 0644);
}

Status apply_diff(const Git& git, const std::string& diff, const fs::path& directory) {
  if (diff.find_first_not_of(" \r\n\t") == std::string::npos) return {};
  // Recorded diffs come from every configuration: exact first, then forgiving about white space, then by merging.
  const std::vector<std::vector<std::string>> ways{
      {"apply", "--whitespace=nowarn", "-"},
      {"apply", "--whitespace=nowarn", "--ignore-whitespace", "--unidiff-zero", "-"},
      {"apply", "-p0", "--whitespace=nowarn", "-"},
      {"apply", "--whitespace=nowarn", "--3way", "-"}};
  std::string first_reason;
  for (const auto& way : ways) {
    TRY(const auto applied, git.run(way, directory, diff.ends_with('\n') ? diff : diff + "\n"));
    if (applied.is_success()) return {};
    if (first_reason.empty()) first_reason = applied.err;
  }
  while (first_reason.ends_with('\n'))
    first_reason.pop_back();
  return Error(ErrorCode::conflict, "the recorded uncommitted changes do not apply to this commit: " + first_reason);
}

}  // namespace

bool is_diff(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("diff ") || line.starts_with("--- ") || line.starts_with("Index: ")) return true;
    if (!line.starts_with("Submodule ") && line.find_first_not_of(" \t\r") != std::string::npos) return false;
  }
  return true;
}

Status apply_changes(const Git& git, const std::string& text, const std::string& script_file,
                     const fs::path& directory) {
  if (!script_file.empty() && !is_diff(text)) return write_script(text, directory, script_file);
  return apply_diff(git, text, directory);
}

}  // namespace jarvis::agent
