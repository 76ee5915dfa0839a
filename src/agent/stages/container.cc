// Makes the container that the task's programs run in: which image, what is mounted, whose files they are.
#include "agent/runtime/container.h"

#include <unistd.h>

#include <algorithm>

#include "agent/job/stage.h"
#include "agent/python/portable_uv.h"
#include "agent/runtime/arguments.h"
#include "agent/runtime/ports.h"
#include "agent/stages/container_choice.h"
#include "agent/stages/container_rules.h"
#include "agent/stages/packages.h"
#include "agent/stages/stages.h"
#include "base/ids.h"
#include "base/log.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

bool is_loopback(const std::string& url) {
  const auto start = url.find("://");
  const std::string host = start == std::string::npos ? url : url.substr(start + 3);
  return host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
}

/// ssh refuses users that the image's own list does not know.
std::string name_user(const std::string& user) {
  const std::string number = user.substr(0, user.find(':'));
  return "grep -q '^[^:]*:[^:]*:" + number + ":' /etc/passwd || echo 'jarvis:x:" + user +
         "::/tmp:/bin/sh' >>/etc/passwd\n";
}

// apt in images drops what it has fetched.
constexpr std::string_view kKeepPackages =
    "[ ! -d /etc/apt/apt.conf.d ] || echo 'Binary::apt::APT::Keep-Downloaded-Packages \"true\";' "
    ">/etc/apt/apt.conf.d/docker-clean\n";

class ContainerStage final : public Stage {
 public:
  explicit ContainerStage(ContainerRequest request) : request_(std::move(request)) {}
  std::string_view name() const override { return "container"; }

  Status run(JobContext& job) override {
    TRY(ContainerOptions options, choose(job));
    sweep(job);
    CHECK_OK(share_files(job, options));
    const std::string user = options.user;
    TRY(auto container, ContainerRuntime::start(std::move(options)));
    CHECK_OK(hand_over(job, *container, user));
    job.log.line("[jarvis] container " + container->name());
    job.runtime = std::move(container);
    return {};
  }

  void unwind(JobContext& job) override {
    if (!job.runtime || !job.runtime->is_apart()) return;
    job.runtime = std::make_unique<HostRuntime>(job.settings.environment);
    sweep(job);
  }

 private:
  /// Image, arguments, variables, scripts and name.
  Result<ContainerOptions> choose(JobContext& job) const {
    const AgentSettings& settings = job.settings;
    TRY(ContainerChoice choice, choose_container(settings, request_, job.task, project_name(job)));
    job.log.line("[jarvis] " + std::string(to_string(request_.engine)) + " image " + choice.image + " (of " +
                 choice.origin + ")");
    if (choice.to_record) record(job, *choice.to_record);
    ContainerOptions out{.engine = request_.engine, .client = settings.environment, .home = settings.home.string()};
    out.plan.image = choice.image;
    TRY(ContainerArguments arguments, judged_arguments(settings, choice));
    if (is_loopback(settings.api_server()) && !arguments.has("--network") && !arguments.has("--net")) {
      job.log.line("[jarvis] the server is this machine's own: the container shares its network");
      arguments.words.emplace_back("--network=host");
    }
    // On the host's network every port is the host's.
    const bool is_on_host = std::ranges::any_of(
        arguments.words, [](const std::string& word) { return word == "--network=host" || word == "--net=host"; });
    if (!is_on_host) CHECK_OK(publish(job, arguments));
    out.plan.arguments = std::move(arguments.words);
    out.variables = std::move(arguments.variables);
    choose_devices(job, out.plan);
    TRY(out.plan.name,
        container_name(settings, job.task, job.job_variables.get("JARVIS_WORKER_ID").value_or(""), random_letters()));
    TRY(out.plan.labels, settings.words("agent.extra_docker_labels"));
    out.plan.host_mount = settings.values.get("agent.docker_host_mount");
    out.pulls_always = settings.values.get_bool("agent.docker_force_pull");
    out.pulls_never = settings.values.get_bool("agent.standalone_mode");
    out.setup_script = owner_setup(settings, out.variables) + choice.setup_script;
    out.user = user(settings);
    out.directory = job.directory;
    out.output = [&job](std::string_view text) { job.log.bytes(text); };
    out.stop = job.stop.token();
    return out;
  }

  /// Asked for only where a rule wants it: "" when the server does not say.
  static std::string project_name(const JobContext& job) {
    const std::string project = get_string_or(job.task, "project", "");
    if (project.empty() || !asks_for_project(job.settings.objects("agent.default_docker.match_rules"))) return {};
    const auto data = job.api("projects.get_all", {{"id", json::array{project}}, {"only_fields", json::array{"name"}}});
    const json::array* projects = data ? get_array(*data, "projects") : nullptr;
    if (projects == nullptr || projects->empty() || !projects->front().is_object()) return {};
    return get_string_or(projects->front().get_object(), "name", "");
  }

  static void record(JobContext& job, const json::object& container) {
    const auto told = job.api("tasks.edit", {{"task", job.task.at("id")}, {"force", true}, {"container", container}});
    if (!told) job.log.line("[jarvis] the task does not show its container: " + told.error().message());
  }

  static Result<ContainerArguments> judged_arguments(const AgentSettings& settings, const ContainerChoice& choice) {
    TRY(auto filters, settings.words("agent.docker_args_filters"));
    TRY(auto forbidden, settings.words("agent.forbidden_docker_args"));
    const ArgumentPolicy policy{.allowed = std::move(filters),
                                .forbidden = std::move(forbidden),
                                .reads_host_variables = settings.values.get_bool("agent.docker_allow_host_environ"),
                                .may_publish = !settings.values.get("agent.docker_args_allowed_port_range").empty()};
    TRY(ContainerArguments task, task_arguments(choice.task_words, policy, settings.environment));
    std::vector<std::string> words = choice.owner_words;
    TRY(const std::vector<std::string> extra, settings.words("agent.extra_docker_arguments"));
    words.insert(words.end(), extra.begin(), extra.end());
    TRY(ContainerArguments owner, owner_arguments(words, policy, settings.environment));
    const bool is_owner_first = settings.values.get_bool("agent.docker_args_extra_precedes_task");
    return merged_arguments(std::move(task), std::move(owner), settings.strings("agent.protected_docker_extra_args"),
                            is_owner_first ? Precedence::owner : Precedence::task);
  }

  /// Where the container's ports are found: told to the task, and to who looks at it.
  static Status publish(JobContext& job, ContainerArguments& arguments) {
    TRY(const PortRange range, port_range(job.settings.strings("agent.docker_args_allowed_port_range")));
    TRY(PublishedPorts ports, publish_ports(arguments.words, taken_ports(), range));
    arguments.words = std::move(ports.words);
    if (ports.mapping.empty()) return {};
    job.log.line("[jarvis] ports of this machine: " + ports.mapping);
    std::string address = job.settings.values.get("agent.host_machine_ip");
    if (address.empty()) address = own_address();
    arguments.variables.set("CLEARML_AGENT_HOST_IP", address).set("JARVIS_AGENT_HOST_IP", address);
    json::object runtime;
    if (const json::object* known = get_object(job.task, "runtime")) runtime = *known;
    runtime["_external_host_tcp_port_mapping"] = ports.mapping;
    const auto told = job.api("tasks.edit", {{"task", job.task.at("id")}, {"force", true}, {"runtime", runtime}});
    if (!told) job.log.line("[jarvis] the task does not show its ports: " + told.error().message());
    return {};
  }

  static std::string random_letters() {
    std::string out = random_id();
    // As names have them: letters alone.
    for (char& c : out)
      c = static_cast<char>('a' + (c <= '9' ? c - '0' : c - 'a' + 10));
    return out;
  }

  /// The share that the daemon gave; without one, all where there are some.
  static void choose_devices(const JobContext& job, ContainerPlan& plan) {
    plan.devices = job.settings.environment.get("NVIDIA_VISIBLE_DEVICES").value_or("");
    const bool has_nvidia = ::access("/dev/nvidiactl", F_OK) == 0;
    plan.has_amd = !has_nvidia && ::access("/dev/kfd", F_OK) == 0;
    if (plan.devices.empty() && (has_nvidia || plan.has_amd)) plan.devices = "all";
    plan.uses_nvidia_runtime = job.settings.values.get_bool("agent.docker_skip_gpus");
  }

  /// Files in shared folders belong to who runs the agent. Without root's rights podman maps its root to that.
  std::string user(const AgentSettings& settings) const {
    const std::string& wanted = settings.values.get("agent.container_user");
    if (!wanted.empty()) return wanted;
    if (::geteuid() == 0 || request_.engine == Engine::podman) return "0:0";
    return std::to_string(::geteuid()) + ":" + std::to_string(::getegid());
  }

  static bool is_own(const std::string& user) {
    return user == "0:0" || user == std::to_string(::geteuid()) + ":" + std::to_string(::getegid());
  }

  /// Folders that outlive the container; what it needs to read; its home.
  static Status share_files(JobContext& job, ContainerOptions& options) {
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
    for (const char* name : {"http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
                             "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "UV_INDEX_URL",
                             "UV_DEFAULT_INDEX", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX_STRATEGY",
                             "UV_INSECURE_HOST", "UV_PYTHON_INSTALL_MIRROR", "UV_OFFLINE", "PIP_NO_INDEX"}) {
      if (const auto value = job.settings.environment.get(name)) variables.set(name, *value);
    }
    return {};
  }

  /// Of pip, poetry and apt: below the shared folder, or where the owner has them.
  static Status share_caches(const JobContext& job, ContainerOptions& options) {
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
  static bool wants_keys(const JobContext& job) {
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
  static void share_keys(const JobContext& job, ContainerOptions& options) {
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
        if (name.string().starts_with("id_") && name.extension() != ".pub")
          command += " -i " + (inside / name).string();
      }
    }
    options.variables.set("GIT_SSH_COMMAND", command);
    if (!options.user.starts_with("0:")) options.setup_script.insert(0, name_user(options.user));
  }

  /// For users other than the agent's own: what they write to becomes theirs.
  static Status hand_over(const JobContext& job, const ContainerRuntime& container, const std::string& user) {
    if (is_own(user)) return {};
    const std::string shared = shared_folder(job, user).string();
    const auto given = container.run({"/bin/sh", "-c", "chown -R \"$0\" \"$1\" \"$2\" && chown \"$0\" \"$3\" \"$3\"/*",
                                      user, job.code.string(), (job.directory / "home").string(), shared},
                                     Command::As::root);
    if (!given) return given.error();
    if (!given->is_success()) return invalid_argument("agent.container_user '" + user + "': " + given->last_line());
    return {};
  }

  static fs::path shared_folder(const JobContext& job, const std::string& user) {
    std::string name = "containers";
    if (!is_own(user)) name += "-" + user;
    std::replace(name.begin(), name.end(), ':', '-');
    return job.settings.home / name;
  }

  void sweep(JobContext& job) const {
    const auto swept = sweep_containers(request_.engine, job.settings.environment, job.settings.home.string());
    if (!swept) {
      log::warning("left-over containers were not looked for", {{"error", swept.error().message()}});
    } else if (*swept > 0) {
      log::info("removed the containers of jobs that have ended", {{"count", *swept}});
    }
  }

  const ContainerRequest request_;
};

}  // namespace

std::unique_ptr<Stage> make_container(ContainerRequest request) {
  return std::make_unique<ContainerStage>(std::move(request));
}

}  // namespace jarvis::agent
