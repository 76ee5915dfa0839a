#include "agent/stages/container_files.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "agent/python/portable_uv.h"
#include "agent/stages/packages.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

/// ssh refuses users that the image's own list does not know. `user`: "1000:1000", or a name that it does know.
std::string name_user(const std::string& user) {
  const std::string number = user.substr(0, user.find(':'));
  if (number.size() == user.size() || std::isdigit(static_cast<unsigned char>(user[0])) == 0) return {};
  return "grep -q '^[^:]*:[^:]*:" + number + ":' /etc/passwd || echo 'jarvis:x:" + user +
         "::/tmp:/bin/sh' >>/etc/passwd\n";
}

// apt in images drops what it has fetched.
constexpr std::string_view kKeepPackages =
    "[ ! -d /etc/apt/apt.conf.d ] || echo 'Binary::apt::APT::Keep-Downloaded-Packages \"true\";' "
    ">/etc/apt/apt.conf.d/docker-clean\n";

bool is_own(const std::string& user) {
  return user == "0:0" || user == std::to_string(::geteuid()) + ":" + std::to_string(::getegid());
}

fs::path shared_folder(const JobContext& job, const std::string& user) {
  std::string name = "containers";
  if (!is_own(user)) name += "-" + user;
  std::replace(name.begin(), name.end(), ':', '-');
  return job.settings.home / name;
}

/// Of pip, poetry and apt: below the shared folder, or where the owner has them.
Status share_caches(const JobContext& job, ContainerOptions& options) {
  const auto share = [&](const char* key, const fs::path& fallback, const fs::path& target) -> Result<fs::path> {
    const fs::path folder = job.settings.path(key, fallback);
    CHECK_OK(proc::make_directories(folder, 0755));
    if (folder != fallback)
      options.plan.mounts.push_back({.source = folder, .target = target, .access = Mount::Access::write});
    return folder;
  };
  TRY(const fs::path pip, share("agent.docker_pip_cache", options.shared / "pip-cache", {}));
  TRY(const fs::path poetry, share("agent.docker_poetry_cache", options.shared / "poetry-cache", {}));
  options.variables.set("PIP_CACHE_DIR", pip).set("POETRY_CACHE_DIR", poetry);
  if (job.settings.values.get("agent.docker_apt_cache").empty()) return {};
  TRY(const fs::path apt, share("agent.docker_apt_cache", {}, "/var/cache/apt/archives"));
  options.setup_script.insert(0, kKeepPackages);
  return {};
}

/// agent.disable_ssh_mount: true never, false always, else where the task's packages are fetched by ssh.
bool wants_keys(const JobContext& job) {
  const config::Settings& values = job.settings.values;
  if (values.is_set("agent.disable_ssh_mount")) return !values.get_bool("agent.disable_ssh_mount");
  const json::object* script = get_object(job.task, "script");
  if (script == nullptr) return false;
  const auto source = package_source(job.settings, *script, job.code);
  if (!source) return false;
  const std::string text = source->spec.requirements + (source->spec.project ? source->spec.project->contents : "");
  return text.find("ssh://") != std::string::npos;
}

/// Keys for what git fetches by ssh inside.
void share_keys(const JobContext& job, ContainerOptions& options) {
  if (!wants_keys(job)) return;
  const proc::Environment& own = job.settings.environment;
  std::string command = "ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new";
  std::error_code failure;
  if (const auto socket = own.get("SSH_AUTH_SOCK"); socket && fs::exists(*socket, failure)) {
    options.plan.mounts.push_back({.source = *socket, .target = "/.jarvis/ssh-agent"});
    options.variables.set("SSH_AUTH_SOCK", "/.jarvis/ssh-agent");
  }
  // Used where they lie: they belong to who runs the agent, and so does the task.
  const fs::path keys = fs::path(own.get("HOME").value_or("/root")) / ".ssh";
  if (fs::is_directory(keys, failure)) {
    const fs::path inside = "/.jarvis/ssh";
    options.plan.mounts.push_back({.source = keys, .target = inside});
    command += " -o UserKnownHostsFile=" + (inside / "known_hosts").string();
    if (fs::exists(keys / "config", failure)) command += " -F " + (inside / "config").string();
    for (const auto& entry : fs::directory_iterator(keys, failure)) {
      const fs::path name = entry.path().filename();
      if (name.string().starts_with("id_") && name.extension() != ".pub") command += " -i " + (inside / name).string();
    }
  }
  options.variables.set("GIT_SSH_COMMAND", command);
  if (!options.user.starts_with("0:")) options.setup_script.insert(0, name_user(options.user));
}

}  // namespace

Status share_files(JobContext& job, ContainerOptions& options) {
  const fs::path shared = shared_folder(job, options.user);
  options.shared = shared;
  for (const char* name : {"venvs", "uv-cache", "python", "sdk-cache"})
    CHECK_OK(proc::make_directories(shared / name, 0755));
  const fs::path given = job.directory / "given";
  CHECK_OK(proc::make_directories(given, 0755));
  std::vector<Mount>& mounts = options.plan.mounts;
  mounts.push_back({.source = job.code, .access = Mount::Access::write});
  mounts.push_back({.source = shared, .access = Mount::Access::write});
  mounts.push_back({.source = given});
  if (!job.mirror.empty()) mounts.push_back({.source = job.mirror});
  if (const auto config = job.job_variables.get("JARVIS_CONFIG_FILE")) mounts.push_back({.source = *config});
  TRY(const fs::path uv, portable_uv(job.settings.home / "tools", job.settings.environment, job.stop.token()));
  mounts.push_back({.source = uv, .target = "/.jarvis/uv"});
  proc::Environment& variables = options.variables;
  std::string bundle = job.settings.path("agent.bootstrap.map_external_ssl_cert", "").string();
  if (bundle.empty()) bundle = job.settings.ca_bundle();
  if (!bundle.empty()) {
    std::error_code failure;
    mounts.push_back({.source = fs::canonical(bundle, failure), .target = "/.jarvis/ca.pem"});
    for (const char* name : {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "GIT_SSL_CAINFO"})
      variables.set(name, "/.jarvis/ca.pem");
  }
  if (!options.user.starts_with("0:")) {
    const fs::path home = job.directory / "home";
    CHECK_OK(proc::make_directories(home, 0700));
    mounts.push_back({.source = home, .access = Mount::Access::write});
    variables.set("HOME", home.string());
  }
  variables.set("UV_CACHE_DIR", shared / "uv-cache").set("UV_PYTHON_INSTALL_DIR", shared / "python");
  variables.set("CLEARML_CACHE_DIR", shared / "sdk-cache");
  CHECK_OK(share_caches(job, options));
  share_keys(job, options);
  variables.set("CLEARML_DOCKER_IMAGE", options.plan.image);
  // The checkout belongs to who runs the agent.
  variables.set("GIT_CONFIG_COUNT", "1").set("GIT_CONFIG_KEY_0", "safe.directory").set("GIT_CONFIG_VALUE_0", "*");
  for (const char* name :
       {"http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PIP_INDEX_URL",
        "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_EXTRA_INDEX_URL",
        "UV_INDEX_STRATEGY", "UV_INSECURE_HOST", "UV_PYTHON_INSTALL_MIRROR", "UV_OFFLINE", "PIP_NO_INDEX"}) {
    if (const auto value = job.settings.environment.get(name)) variables.set(name, *value);
  }
  return {};
}

Status hand_over(const JobContext& job, const ContainerRuntime& container, const std::string& user) {
  if (is_own(user)) return {};
  const std::string shared = shared_folder(job, user).string();
  const fs::path home = job.directory / "home";
  // Code that is no checkout of this job is somebody's.
  const fs::path code = job.code == job.directory / "code" ? job.code : home;
  const auto given = container.run({"/bin/sh", "-c", "chown -R \"$0\" \"$1\" \"$2\" && chown \"$0\" \"$3\" \"$3\"/*",
                                    user, code.string(), home.string(), shared},
                                   Command::As::root);
  if (!given) return given.error();
  if (!given->is_success()) return invalid_argument("agent.container_user '" + user + "': " + given->last_line());
  return {};
}

}  // namespace jarvis::agent
