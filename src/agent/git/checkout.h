// The code of a task on disk: a bare mirror per repository, shared by all agents of a machine under a lock, and a
// worktree of it per job. Credentials travel in the environment of git alone.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "agent/git/access.h"
#include "agent/network/retry.h"
#include "base/result.h"
#include "proc/environment.h"

namespace jarvis::agent {

/// What the task recorded (`script`).
struct GitSource {
  std::string repository;
  std::string branch, tag, commit;  // commit wins over tag, tag over branch; none: the repository's default branch
  std::string diff;                 // of the working copy, "" for none
  // Where to put a `diff` that is no diff: of a notebook in a repository the SDK records the source itself.
  std::string script_file;
};

struct GitOptions {
  std::filesystem::path cache_dir;  // holds the mirrors
  proc::Environment environment;
  GitAccess access;
  std::vector<std::string> fetch_arguments;      // agent.git_fetch_args
  bool is_talkative = false;                     // of a clone: all that git says
  bool clones_again = false;                     // a mirror that cannot be fetched is made anew
  std::function<void(std::string_view)> output;  // git's own output, and ours
  NetworkRetries retries;
  std::stop_token stop;
};

struct Checkout {
  std::filesystem::path directory;
  std::string commit;      // what was checked out
  std::string repository;  // where from, without user and password
  std::filesystem::path mirror;
};

/// Makes `directory` (which must not exist) a worktree. Errors: not_found (repository, branch, commit: the message says
/// which), conflict (the diff does not apply: names file and line), unauthorized, unavailable, cancelled.
Result<Checkout> check_out(const GitSource& source, const std::filesystem::path& directory, const GitOptions& options);

/// Forgets the worktree, directory and all.
Status remove_checkout(const Checkout& checkout, const GitOptions& options);

/// True while a job works in a worktree of this mirror.
bool has_worktree(const std::filesystem::path& mirror);

}  // namespace jarvis::agent
