#include "agent/stages/exec_user.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "proc/files.h"
#include "proc/run.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

/// By name or number; a group after a colon is for containers.
Result<ExecUser> look_up(const std::string& wanted) {
  const std::string name = wanted.substr(0, wanted.find(':'));
  std::vector<char> room(1U << 14);
  passwd entry{};
  passwd* found = nullptr;
  uid_t uid = 0;
  const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), uid);
  const bool is_number = wrong == std::errc() && end == name.data() + name.size();
  const int failure = is_number ? ::getpwuid_r(uid, &entry, room.data(), room.size(), &found)
                                : ::getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
  if (failure != 0) return errno_error("look for the user " + name, failure);
  if (found == nullptr) return not_found("agent.exec_user: this machine has no user '" + name + "'");
  return ExecUser{.name = entry.pw_name, .uid = entry.pw_uid, .gid = entry.pw_gid, .home = entry.pw_dir};
}

/// What is linked to stays whose it is.
Status give(const fs::path& path, const ExecUser& user) {
  if (::lchown(path.c_str(), user.uid, user.gid) != 0)
    return errno_error("give " + path.string() + " to " + user.name, errno);
  return {};
}

Status give_tree(const fs::path& root, const ExecUser& user) {
  std::error_code failure;
  CHECK_OK(give(root, user));
  for (auto at = fs::recursive_directory_iterator(root, failure); !failure && at != fs::recursive_directory_iterator();
       at.increment(failure))
    CHECK_OK(give(at->path(), user));
  if (failure) return Error(ErrorCode::io, "look through " + root.string() + ": " + failure.message());
  return {};
}

/// The folders from the agent's home down to the job's: others may pass, and still see nothing of what is in them.
Status open_the_way(const JobContext& job) {
  for (fs::path folder = job.directory;; folder = folder.parent_path()) {
    std::error_code failure;
    fs::permissions(folder, fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add, failure);
    if (failure) return Error(ErrorCode::io, "open " + folder.string() + ": " + failure.message());
    if (fs::equivalent(folder, job.settings.home, failure) || folder == folder.root_path()) return {};
  }
}

/// By its own place: a task may put another one on PATH.
Result<std::string> find_setpriv() {
  for (const char* path : {"/usr/bin/setpriv", "/bin/setpriv"})
    if (::access(path, X_OK) == 0) return std::string(path);
  return not_found("agent.exec_user needs setpriv, which comes with util-linux");
}

bool is_for_the_loader(std::string_view name) {
  constexpr std::array<std::string_view, 4> kOthers{"GCONV_PATH", "GLIBC_TUNABLES", "LOCPATH", "NLSPATH"};
  return name.starts_with("LD_") || std::ranges::find(kOthers, name) != kOthers.end();
}

/// As a shell has names.
bool is_plain(std::string_view name) {
  return name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
         std::string_view::npos;
}

Status check_reach(const JobContext& job, const ExecUser& user, const std::string& directory,
                   const proc::Environment& environment) {
  TRY(Command probe,
      as_user(user, {.argv = {"/bin/sh", "-c", "cd \"$0\" && \"$1\" -c ''", directory, job.python.string()},
                     .environment = environment,
                     .directory = "/"}));
  TRY(const auto done,
      proc::run(
          {.argv = std::move(probe.argv), .environment = std::move(probe.environment), .directory = probe.directory},
          job.stop.token()));
  if (done.is_success() || job.stop.token().stop_requested()) return {};
  return Error(ErrorCode::forbidden,
               user.name + " (agent.exec_user) does not reach the task's code or Python: " + done.last_line() +
                   "; agent.home and agent.venvs_cache.path may name folders that everybody may enter");
}

}  // namespace

Result<std::optional<ExecUser>> exec_user(const JobContext& job) {
  const std::string& name = job.settings.values.get("agent.exec_user");
  if (name.empty() || job.runtime->is_apart()) return std::optional<ExecUser>();
  TRY(ExecUser user, look_up(name));
  if (user.uid == ::geteuid()) return std::optional<ExecUser>();
  if (::geteuid() != 0)
    return Error(ErrorCode::forbidden, "agent.exec_user: only an agent that root runs starts tasks as " + user.name);
  return std::optional(std::move(user));
}

Status hand_over(const JobContext& job, const ExecUser& user, const std::string& directory,
                 proc::Environment& environment) {
  CHECK_OK(open_the_way(job));
  if (fs::exists(job.directory / "code")) CHECK_OK(give_tree(job.directory / "code", user));
  // Another file than the job's own is the agent's, with its keys.
  const fs::path config = job.directory / "jarvis.conf";
  if (!fs::exists(config)) CHECK_OK(proc::write_file_durably(config, job.settings.text_for_jobs()));
  CHECK_OK(give(config, user));
  environment.set("HOME", user.home).set("USER", user.name).set("LOGNAME", user.name);
  environment.set("CLEARML_CONFIG_FILE", config.string()).set("JARVIS_CONFIG_FILE", config.string());
  return check_reach(job, user, directory, environment);
}

Result<Command> as_user(const ExecUser& user, Command command) {
  TRY(const std::string setpriv, find_setpriv());
  std::string restores;
  const auto before = command.environment.values();
  for (const auto& [name, value] : before) {
    if (!is_for_the_loader(name)) continue;
    command.environment.unset(name);
    if (!is_plain(name)) continue;
    const std::string kept = "JARVIS_KEPT_" + name;
    command.environment.set(kept, value);
    restores += "export " + name + "=\"$" + kept + "\"; unset " + kept + "; ";
  }
  command.argv.insert(command.argv.begin(),
                      {setpriv, "--reuid=" + std::to_string(user.uid), "--regid=" + std::to_string(user.gid),
                       "--init-groups", "--", "/bin/sh", "-c", restores + "exec \"$@\"", "sh"});
  return command;
}

}  // namespace jarvis::agent
