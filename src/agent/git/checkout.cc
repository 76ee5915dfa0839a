#include "agent/git/checkout.h"

#include "base/digest.h"
#include "proc/files.h"
#include "proc/run.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

/// git in one directory, with an environment that never asks and never tells.
class Git {
 public:
  explicit Git(const GitOptions& options) : options_(options), environment_(options.environment) {
    environment_.set("GIT_TERMINAL_PROMPT", "0").set("GIT_LFS_SKIP_SMUDGE", "0").set("LC_ALL", "C");
    if (!environment_.get("GIT_SSH_COMMAND"))
      environment_.set("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new");
    // Configuration by environment: no file is written, nothing is in an argument list. The mirror may belong to
    // another user of the machine; whoever may write there decides what it holds, and that is checked by the commit's
    // own hash.
    set_config("safe.directory", "*");
    set_config("advice.detachedHead", "false");
    set_config("protocol.file.allow", "always");
    if (!options.user.empty() || !options.password.empty()) {
      environment_.set("JARVIS_GIT_USER", options.user).set("JARVIS_GIT_PASSWORD", options.password);
      set_config("credential.helper", "");
      set_config("credential.helper",
                 "!f() { test \"$1\" = get && echo \"username=$JARVIS_GIT_USER\" && echo "
                 "\"password=$JARVIS_GIT_PASSWORD\"; }; f");
    }
  }

  Result<proc::RunResult> run(std::vector<std::string> words, const fs::path& directory, std::string input = {},
                              bool shows_output = false) const {
    words.insert(words.begin(), "git");
    proc::RunOptions run{.argv = std::move(words),
                         .environment = environment_,
                         .directory = directory.string(),
                         .input = std::move(input)};
    if (shows_output) run.on_output = options_.output;
    return proc::run(run, options_.stop);
  }

 private:
  void set_config(const std::string& key, const std::string& value) {
    const std::string index = std::to_string(count_++);
    environment_.set("GIT_CONFIG_KEY_" + index, key)
        .set("GIT_CONFIG_VALUE_" + index, value)
        .set("GIT_CONFIG_COUNT", std::to_string(count_));
  }

  const GitOptions& options_;
  proc::Environment environment_;
  int count_ = 0;
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// git says why in prose: the cases that a person can act on get their code and a sentence.
Error fetch_error(const GitSource& source, const proc::RunResult& result) {
  const std::string& text = result.err;
  const std::string which = "repository " + source.repository;
  if (contains(text, "Authentication failed") || contains(text, "could not read Username") ||
      contains(text, "Permission denied")) {
    return Error(ErrorCode::unauthorized, which + ": access was refused (" + result.last_line() +
                                              "). Set agent.git_user and agent.git_pass, or an SSH key");
  }
  if (contains(text, "Could not resolve host") || contains(text, "Connection timed out") ||
      contains(text, "Connection refused")) {
    return unavailable(which + ": " + result.last_line());
  }
  return not_found(which + " cannot be fetched: " + result.last_line());
}

Result<std::string> resolve(const Git& git, const fs::path& mirror, const std::string& revision) {
  TRY(const auto found,
      git.run({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"}, mirror));
  if (!found.is_success()) return not_found(revision);
  return found.out.substr(0, found.out.find('\n'));
}

/// The commit that the source names, if the mirror has it. A branch without a commit is "the latest": never cached.
Result<std::string> cached_commit(const Git& git, const GitSource& source, const fs::path& mirror) {
  if (source.commit.empty()) return not_found("latest");
  return resolve(git, mirror, source.commit);
}

Result<std::string> wanted_commit(const Git& git, const GitSource& source, const fs::path& mirror) {
  if (!source.commit.empty()) {
    auto commit = resolve(git, mirror, source.commit);
    if (!commit)
      return not_found("commit " + source.commit + " is not in repository " + source.repository + ". Was it pushed?");
    return commit;
  }
  if (!source.tag.empty()) {
    auto commit = resolve(git, mirror, "refs/tags/" + source.tag);
    if (!commit) return not_found("tag " + source.tag + " is not in repository " + source.repository);
    return commit;
  }
  if (!source.branch.empty()) {
    std::string name = source.branch;
    if (name.starts_with("origin/")) name = name.substr(7);
    auto commit = resolve(git, mirror, "refs/heads/" + name);
    if (!commit) return not_found("branch " + name + " is not in repository " + source.repository);
    return commit;
  }
  auto commit = resolve(git, mirror, "HEAD");
  if (!commit) return not_found("repository " + source.repository + " has no commit");
  return commit;
}

/// The mirror, with the commit in it; fetched only when it is missing. Held under the mirror's lock.
Result<std::string> refresh_mirror(const Git& git, const GitSource& source, const fs::path& mirror,
                                   const GitOptions& options) {
  if (!fs::exists(mirror / "HEAD")) {
    TRY(auto fresh, proc::TempDir::make(mirror.parent_path(), "clone-"));
    TRY(const auto cloned,
        git.run({"clone", "--mirror", "--quiet", "--end-of-options", source.repository, (fresh.path() / "m").string()},
                mirror.parent_path(), {}, true));
    if (!cloned.is_success()) return fetch_error(source, cloned);
    std::error_code failure;
    fs::rename(fresh.path() / "m", mirror, failure);
    if (failure) return errno_error("keep the clone of " + source.repository, failure.value());
  } else if (cached_commit(git, source, mirror)) {
    return cached_commit(git, source, mirror);
  } else {
    if (options.output) options.output("fetching " + source.repository + "\n");
    TRY(const auto fetched, git.run({"fetch", "--prune", "--quiet", "--force", "origin", "+refs/heads/*:refs/heads/*",
                                     "+refs/tags/*:refs/tags/*"},
                                    mirror, {}, true));
    if (!fetched.is_success()) return fetch_error(source, fetched);
  }
  return wanted_commit(git, source, mirror);
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

Status update_submodules(const Git& git, const fs::path& directory) {
  if (!fs::exists(directory / ".gitmodules")) return {};
  TRY(const auto updated, git.run({"submodule", "update", "--init", "--recursive", "--quiet"}, directory, {}, true));
  if (!updated.is_success()) return not_found("the repository's submodules cannot be fetched: " + updated.last_line());
  return {};
}

}  // namespace

Result<Checkout> check_out(const GitSource& source, const fs::path& directory, const GitOptions& options) {
  if (source.repository.starts_with('-'))
    return invalid_argument("repository '" + source.repository + "' is not an address");
  const Git git(options);
  CHECK_OK(proc::make_directories(options.cache_dir, 0700));
  const fs::path mirror = options.cache_dir / (sha256_hex(source.repository).substr(0, 24) + ".git");
  Checkout checkout{.directory = directory, .commit = {}, .mirror = mirror};
  {
    // One writer a repository, over all agents of the machine.
    TRY(const proc::LockFile lock, proc::LockFile::acquire(mirror.string() + ".lock"));
    TRY(checkout.commit, refresh_mirror(git, source, mirror, options));
    TRY(const auto added,
        git.run({"worktree", "add", "--detach", "--force", "--quiet", directory.string(), checkout.commit}, mirror));
    if (!added.is_success()) return Error(ErrorCode::io, "git worktree add: " + added.last_line());
  }
  CHECK_OK(update_submodules(git, directory));
  CHECK_OK(apply_diff(git, source.diff, directory));
  return checkout;
}

Status remove_checkout(const Checkout& checkout, const GitOptions& options) {
  const Git git(options);
  CHECK_OK(proc::remove_tree(checkout.directory));
  TRY(const proc::LockFile lock, proc::LockFile::acquire(checkout.mirror.string() + ".lock"));
  TRY(const auto pruned, git.run({"worktree", "prune"}, checkout.mirror));
  if (!pruned.is_success()) return Error(ErrorCode::io, "git worktree prune: " + pruned.last_line());
  return {};
}

}  // namespace jarvis::agent
