#include "agent/git/checkout.h"

#include <algorithm>
#include <iterator>

#include "agent/git/changes.h"
#include "base/digest.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

/// Or the beginning of one. People write names of branches in its place, too.
bool is_hash(const std::string& commit) {
  return commit.size() >= 7 && commit.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool is_full_hash(const std::string& commit) {
  return commit.size() == 40 && is_hash(commit);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// git says why in prose: the cases that a person can act on get their code and a sentence.
Error fetch_error(const GitSource& source, const proc::RunResult& result) {
  const std::string& text = result.err;
  const std::string which = "repository " + source.repository;
  for (const char* refusal : {"Authentication failed", "could not read Username", "could not read Password",
                              "Permission denied", "error: 403", "Access denied"}) {
    if (!contains(text, refusal)) continue;
    return Error(ErrorCode::unauthorized, which + ": access was refused (" + result.last_line() +
                                              "). Set agent.git_user and agent.git_pass, or an SSH key");
  }
  if (contains(text, "Host key verification failed"))
    return Error(ErrorCode::unauthorized, which + ": the server's SSH key is not the one in known_hosts");
  if (contains(text, "certificate"))
    return unavailable(which + ": " + result.last_line() + ". GIT_SSL_CAINFO names a file with the server's authority");
  if (has_network_failed(result)) return unavailable(which + ": " + result.last_line());
  return not_found(which + " cannot be fetched: " + result.last_line());
}

Result<std::string> resolve(const Git& git, const fs::path& mirror, const std::string& revision) {
  TRY(const auto found,
      git.run({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"}, mirror));
  if (!found.is_success()) return not_found(revision);
  return found.out.substr(0, found.out.find('\n'));
}

/// The commit that the source names, if the mirror has it. A branch is "the latest": never cached.
Result<std::string> cached_commit(const Git& git, const GitSource& source, const fs::path& mirror) {
  if (!is_hash(source.commit)) return not_found("latest");
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

/// In the place of what may be there already.
Status clone_mirror(const Git& git, const GitSource& source, const fs::path& mirror, const GitOptions& options) {
  TRY(auto fresh, proc::TempDir::make(mirror.parent_path(), "clone-"));
  TRY(const auto cloned, git.fetch_shown({"clone", "--mirror", options.is_talkative ? "--verbose" : "--quiet",
                                          "--end-of-options", source.repository, (fresh.path() / "m").string()},
                                         mirror.parent_path()));
  if (!cloned.is_success()) return fetch_error(source, cloned);
  CHECK_OK(proc::remove_tree(mirror));
  std::error_code failure;
  fs::rename(fresh.path() / "m", mirror, failure);
  if (failure) return errno_error("keep the clone of " + source.repository, failure.value());
  return {};
}

Status fetch_mirror(const Git& git, const GitSource& source, const fs::path& mirror, const GitOptions& options) {
  git.say("fetching " + source.repository + "\n");
  std::vector<std::string> words{"fetch", "--prune", "--quiet", "--force"};
  // A mirror has one place to fetch from, and all of that.
  std::ranges::copy_if(options.fetch_arguments, std::back_inserter(words),
                       [](const std::string& word) { return word != "--all" && word != "--recurse-submodules"; });
  words.insert(words.end(), {"origin", "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"});
  TRY(const auto fetched, git.fetch_shown(words, mirror));
  if (fetched.is_success()) return {};
  // Not under the feet of another job, and not over a network that has just failed.
  if (!options.clones_again || has_worktree(mirror) || has_network_failed(fetched)) return fetch_error(source, fetched);
  git.say("the kept mirror cannot be fetched: cloning again\n");
  return clone_mirror(git, source, mirror, options);
}

/// The mirror, with the commit in it; fetched only when it is missing. Held under the mirror's lock.
Result<std::string> refresh_mirror(const Git& git, const GitSource& source, const fs::path& mirror,
                                   const GitOptions& options) {
  if (!fs::exists(mirror / "HEAD")) {
    CHECK_OK(clone_mirror(git, source, mirror, options));
  } else if (cached_commit(git, source, mirror)) {
    return cached_commit(git, source, mirror);
  } else {
    CHECK_OK(fetch_mirror(git, source, mirror, options));
  }
  // A commit that no branch holds any more (a rebase, a pull request) can often still be had by its name.
  if (is_full_hash(source.commit) && !cached_commit(git, source, mirror)) {
    TRY([[maybe_unused]] const auto asked, git.run({"fetch", "--quiet", "origin", source.commit}, mirror));
  }
  return wanted_commit(git, source, mirror);
}

Status update_submodules(const Git& git, const fs::path& directory) {
  if (!fs::exists(directory / ".gitmodules")) return {};
  TRY(const auto updated, git.fetch_shown({"submodule", "update", "--init", "--recursive", "--quiet"}, directory));
  if (has_network_failed(updated)) return unavailable("the repository's submodules: " + updated.last_line());
  if (!updated.is_success()) return not_found("the repository's submodules cannot be fetched: " + updated.last_line());
  return {};
}

Status add_worktree(const Git& git, const Checkout& checkout) {
  TRY(const auto added,
      git.run_shown({"worktree", "add", "--detach", "--force", "--quiet", checkout.directory.string(), checkout.commit},
                    checkout.mirror));
  if (!added.is_success()) return Error(ErrorCode::io, "git worktree add: " + added.last_line());
  return {};
}

/// Host keys of servers that are new are taken, as people do; keys that changed are refused.
void set_ssh_command(proc::Environment& environment, const GitOptions& options) {
  if (environment.get("GIT_SSH_COMMAND") || environment.get("GIT_SSH")) return;
  const auto chosen =
      proc::run({.argv = {"git", "config", "--get", "core.sshCommand"}, .environment = environment}, options.stop);
  if (chosen && chosen->is_success()) return;  // the variable would outdo what the machine's owner set
  environment.set("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new");
}

Git git_for(GitRoute route, const GitOptions& options) {
  if (!is_local(route.address)) set_ssh_command(route.environment, options);
  return Git(std::move(route.environment), options.output, options.stop, options.retries);
}

}  // namespace

Result<Checkout> check_out(const GitSource& recorded, const fs::path& directory, const GitOptions& options) {
  GitRoute route = route_to(recorded.repository, options.access, options.environment);
  GitSource source = recorded;
  source.repository = route.address;
  if (source.repository.starts_with('-'))
    return invalid_argument("repository '" + source.repository + "' is not an address");
  const Git git = git_for(std::move(route), options);
  CHECK_OK(proc::make_directories(options.cache_dir, 0700));
  Checkout checkout{.directory = directory,
                    .commit = {},
                    .repository = source.repository,
                    .mirror = options.cache_dir / (sha256_hex(source.repository).substr(0, 24) + ".git")};
  const auto fill = [&]() -> Status {
    {
      // One writer a repository, over all agents of the machine.
      TRY(const proc::LockFile lock, proc::LockFile::acquire(checkout.mirror.string() + ".lock", options.stop));
      TRY(checkout.commit, refresh_mirror(git, source, checkout.mirror, options));
      CHECK_OK(add_worktree(git, checkout));
    }
    CHECK_OK(update_submodules(git, directory));
    return apply_changes(git, source.diff, source.script_file, directory);
  };
  if (Status status = fill(); !status) {
    GitOptions cleanup = options;
    cleanup.stop = {};
    if (!checkout.commit.empty()) (void)remove_checkout(checkout, cleanup);
    return std::move(status).error();
  }
  return checkout;
}

Status remove_checkout(const Checkout& checkout, const GitOptions& options) {
  const Git git(route_to(checkout.repository, options.access, options.environment).environment, {}, options.stop);
  CHECK_OK(proc::remove_tree(checkout.directory));
  TRY(const proc::LockFile lock, proc::LockFile::acquire(checkout.mirror.string() + ".lock", options.stop));
  TRY(const auto pruned, git.run({"worktree", "prune"}, checkout.mirror));
  if (!pruned.is_success()) return Error(ErrorCode::io, "git worktree prune: " + pruned.last_line());
  return {};
}

bool has_worktree(const fs::path& mirror) {
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(mirror / "worktrees", failure)) {
    const auto place = proc::read_file(entry.path() / "gitdir");
    if (place && fs::exists(place->substr(0, place->find('\n')), failure)) return true;
  }
  return false;
}

}  // namespace jarvis::agent
