#include "agent/python/environment.h"

#include <unistd.h>

#include <sstream>

#include "agent/python/install_order.h"
#include "agent/python/installer.h"
#include "agent/python/requirements.h"
#include "base/digest.h"
#include "base/log.h"
#include "proc/run.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

/// What makes two environments the same.
std::string key_of(const PythonSpec& spec, const std::string& requirements, const PythonOptions& options) {
  std::string text = "4\n" + (options.place ? options.place->identity + "\n" : "") + spec.version + "\n" +
                     options.python_binary + "\n" + requirements + "\n" +
                     (options.sees_system_packages ? "system\n" : "");
  if (const auto active = options.environment.get("VIRTUAL_ENV"); active && options.sees_activated)
    text += "beside " + *active + "\n";
  for (const auto* list : {&options.extra_index_urls, &options.install_flags})
    for (const std::string& word : *list)
      text += word + "\n";
  if (!options.takes_best_of_indexes) text += "first index\n";
  if (!options.pip_version.empty()) text += "pip" + options.pip_version + "\n";
  if (const auto phases = install_phases(requirements, options.order); phases.size() > 1) {
    for (const InstallPhase& phase : phases)
      text += "--\n" + phase.requirements;
  }
  if (spec.conda) {
    text += "conda\n" + spec.conda->packages;
    for (const std::string& channel : spec.conda->channels)
      text += channel + "\n";
  }
  if (spec.project) {
    text += "project\n" + spec.project->contents;
    for (const std::string& flag : spec.project->flags)
      text += flag + "\n";
  }
  for (const char* name : {"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX",
                           "UV_INDEX_STRATEGY", "PIP_FIND_LINKS"}) {
    text += options.environment.get(name).value_or("") + "\n";
  }
  return sha256_hex(text).substr(0, 24);
}

/// What is kept of an environment beside it: for another place out of that place's reach.
fs::path record_of(const fs::path& directory, const PythonOptions& options) {
  return options.place ? options.place->records_dir / directory.filename() : directory;
}

/// What `pip freeze` said, when the environment is whole and its interpreter is still on the machine.
std::optional<std::string> complete(const fs::path& directory, const PythonOptions& options) {
  // The marker is written last: without it the directory is what a crash left.
  auto installed = proc::read_file(record_of(directory, options) / ".jarvis-complete");
  if (!installed) return std::nullopt;
  std::error_code failure;
  // Another place's interpreter is its own affair: the key holds which place it is.
  if (options.place && fs::symlink_status(directory, failure).type() == fs::file_type::directory)
    return std::move(*installed);
  if (::access((directory / "bin/python").c_str(), X_OK) != 0) return std::nullopt;
  return std::move(*installed);
}

fs::path lock_of(const fs::path& record) {
  return record.string() + ".lock";
}

/// The environment with its shared lock, when it is there.
Result<std::optional<PythonEnvironment>> find_complete(fs::path directory, const PythonOptions& options) {
  std::error_code failure;
  // What a task recorded after an installation leads to that installation.
  if (const fs::path original = fs::read_symlink(record_of(directory, options), failure); !failure)
    directory = options.cache_dir / original.filename();
  const fs::path record = record_of(directory, options);
  if (!fs::exists(record, failure)) return std::optional<PythonEnvironment>();
  TRY(auto lock, proc::LockFile::acquire(lock_of(record), options.stop, proc::LockFile::Kind::shared));
  auto installed = complete(directory, options);
  if (!installed) return std::optional<PythonEnvironment>();
  return std::optional(PythonEnvironment{.directory = directory,
                                         .record = record,
                                         .was_cached = true,
                                         .is_reusable = true,
                                         .installed = std::move(*installed),
                                         .in_use = std::move(lock)});
}

/// Under the exclusive lock. False: somebody else had made it meanwhile, and may hold it for as long as a task runs.
Result<bool> make(const PythonSpec& spec, const fs::path& directory, const PythonOptions& options) {
  const fs::path record = record_of(directory, options);
  const auto is_made = [&] { return complete(directory, options).has_value(); };
  TRY(const auto lock, proc::LockFile::acquire_unless(lock_of(record), is_made, options.stop));
  if (!lock || is_made()) return false;
  CHECK_OK(proc::remove_tree(record));
  CHECK_OK(proc::remove_tree(directory));
  Installer installer(spec, options);
  // Made in its final place: an environment's scripts hold its path.
  if (Status made = installer.make(directory); !made) {
    (void)proc::remove_tree(directory);
    return std::move(made).error();
  }
  const std::string installed = installer.freeze(directory);
  CHECK_OK(proc::make_directories(record, 0755));
  CHECK_OK(proc::write_file_durably(record / ".jarvis-complete", installed, 0644));
  return true;
}

}  // namespace

Result<PythonEnvironment> prepare_python(const PythonSpec& spec, const PythonOptions& options) {
  CHECK_OK(proc::make_directories(options.cache_dir, 0755));
  if (options.place) CHECK_OK(proc::make_directories(options.place->records_dir, 0755));
  const bool is_reusable = !has_moving_lines(spec.requirements) && !(spec.project && spec.project->is_installed_too);
  const std::string salt = is_reusable ? "" : random_bytes(16);
  const fs::path directory = options.cache_dir / key_of(spec, spec.requirements + salt, options);
  bool was_made = false;
  // An eviction between the two locks is possible, if hardly.
  for (int attempt = 0; attempt < 3; ++attempt) {
    TRY(auto found, find_complete(directory, options));
    if (found) {
      found->was_cached = !was_made;
      found->is_reusable = is_reusable;
      if (was_made && is_reusable && !found->installed.empty() && !spec.project && !spec.conda) {
        // The task will hold the exact packages from now on: its next run finds them here.
        std::error_code failure;
        const fs::path again = options.cache_dir / key_of(spec, with_sdk(found->installed), options);
        fs::create_symlink(found->record, record_of(again, options), failure);
      }
      return std::move(*found);
    }
    TRY(was_made, make(spec, directory, options));
  }
  return unavailable("the environment cache " + options.cache_dir.string() + " does not keep what is made in it");
}

Status remove_python(PythonEnvironment environment) {
  CHECK_OK(proc::remove_tree(environment.record));
  CHECK_OK(proc::remove_tree(environment.directory));
  std::error_code failure;
  fs::remove(lock_of(environment.record), failure);
  return {};
}

}  // namespace jarvis::agent
