// Makes the container that the task's programs run in: which image, what is mounted, whose files they are.
#include "agent/runtime/container.h"

#include <unistd.h>

#include "agent/job/stage.h"
#include "agent/python/portable_uv.h"
#include "agent/runtime/arguments.h"
#include "agent/stages/command.h"
#include "agent/stages/stages.h"
#include "base/log.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

/// What the task says of its container, or the older field in which image and arguments are one text.
struct TaskContainer {
  std::string image, setup_script;
  std::vector<std::string> arguments;
};

Result<TaskContainer> task_container(const json::object& task) {
  TaskContainer out;
  if (const json::object* container = get_object(task, "container")) {
    out.image = get_string_or(*container, "image", "");
    out.setup_script = get_string_or(*container, "setup_shell_script", "");
    TRY(out.arguments, split_words(get_string_or(*container, "arguments", "")));
  }
  const json::object* execution = get_object(task, "execution");
  if (!out.image.empty() || execution == nullptr) return out;
  TRY(std::vector<std::string> words, split_words(get_string_or(*execution, "docker_cmd", "")));
  if (words.empty()) return out;
  out.image = words.front();
  if (out.arguments.empty()) out.arguments.assign(words.begin() + 1, words.end());
  return out;
}

bool is_loopback(const std::string& url) {
  const auto start = url.find("://");
  const std::string host = start == std::string::npos ? url : url.substr(start + 3);
  return host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
}

/// A list, or a text of several words.
Result<std::vector<std::string>> words_of(const AgentSettings& settings, std::string_view key) {
  if (settings.values.get(key).starts_with('[')) return settings.strings(key);
  return split_words(settings.values.get(key));
}

class ContainerStage final : public Stage {
 public:
  explicit ContainerStage(ContainerRequest request) : request_(std::move(request)) {}
  std::string_view name() const override { return "container"; }

  Status run(JobContext& job) override {
    TRY(ContainerOptions options, choose(job));
    job.log.line("[jarvis] " + std::string(to_string(options.engine)) + " image " + options.plan.image);
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
  /// Image, arguments and variables: the task's where it names some and may, else the owner's.
  Result<ContainerOptions> choose(const JobContext& job) const {
    const AgentSettings& settings = job.settings;
    TRY(TaskContainer asked, task_container(job.task));
    if (settings.values.get_bool("agent.disable_task_docker_override")) asked = {};
    const bool has_own_image = !asked.image.empty();
    ContainerOptions out{.engine = request_.engine, .client = settings.environment, .home = settings.home.string()};
    out.plan.image = has_own_image             ? asked.image
                     : !request_.image.empty() ? request_.image
                                               : settings.values.get("agent.default_docker.image");
    if (out.plan.image.empty() || out.plan.image.starts_with("-"))
      return invalid_argument("'" + out.plan.image + "' is no name of an image");
    TRY(auto filters, words_of(settings, "agent.docker_args_filters"));
    TRY(auto forbidden, words_of(settings, "agent.forbidden_docker_args"));
    const ArgumentPolicy policy{.allowed = std::move(filters),
                                .forbidden = std::move(forbidden),
                                .reads_host_variables = settings.values.get_bool("agent.docker_allow_host_environ")};
    TRY(const ContainerArguments own, task_arguments(asked.arguments, policy, settings.environment));
    // The default's arguments belong to the default image.
    std::vector<std::string> words;
    if (!has_own_image) {
      words = request_.arguments;
      if (words.empty()) {
        TRY(words, words_of(settings, "agent.default_docker.arguments"));
      }
    }
    TRY(const std::vector<std::string> extra, words_of(settings, "agent.extra_docker_arguments"));
    words.insert(words.end(), extra.begin(), extra.end());
    TRY(const ContainerArguments owner, owner_arguments(words, policy, settings.environment));
    for (const ContainerArguments* arguments : {&own, &owner}) {
      out.plan.arguments.insert(out.plan.arguments.end(), arguments->words.begin(), arguments->words.end());
      for (const auto& [name, value] : arguments->variables.values())
        out.variables.set(name, value);
    }
    const auto has = [&](std::string_view name) { return own.has(name) || owner.has(name); };
    if (is_loopback(settings.api_server()) && !has("--network") && !has("--net")) {
      job.log.line("[jarvis] the server is this machine's own: the container shares its network");
      out.plan.arguments.emplace_back("--network=host");
    }
    choose_devices(job, out.plan);
    out.plan.host_mount = settings.values.get("agent.docker_host_mount");
    out.pulls_always = settings.values.get_bool("agent.docker_force_pull");
    out.pulls_never = settings.values.get_bool("agent.standalone_mode");
    out.setup_script = settings.values.get("agent.extra_docker_shell_script").empty()
                           ? asked.setup_script
                           : owner_script(settings) + asked.setup_script;
    out.user = user(settings);
    out.directory = job.directory;
    out.output = [&job](std::string_view text) { job.log.bytes(text); };
    out.stop = job.stop.token();
    return out;
  }

  static std::string owner_script(const AgentSettings& settings) {
    std::string out;
    for (const std::string& line : settings.strings("agent.extra_docker_shell_script"))
      out += line + "\n";
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
    for (const char* name : {"venvs", "uv-cache", "python", "pip-cache", "sdk-cache"})
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
    if (const std::string bundle = job.settings.ca_bundle(); !bundle.empty()) {
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
    variables.set("PIP_CACHE_DIR", shared / "pip-cache").set("CLEARML_CACHE_DIR", shared / "sdk-cache");
    variables.set("CLEARML_DOCKER_IMAGE", options.plan.image);
    // The checkout belongs to who runs the agent.
    variables.set("GIT_CONFIG_COUNT", "1").set("GIT_CONFIG_KEY_0", "safe.directory").set("GIT_CONFIG_VALUE_0", "*");
    for (const char* name :
         {"http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PIP_INDEX_URL",
          "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX",
          "UV_EXTRA_INDEX_URL", "UV_INSECURE_HOST", "UV_PYTHON_INSTALL_MIRROR", "UV_OFFLINE", "PIP_NO_INDEX"}) {
      if (const auto value = job.settings.environment.get(name)) variables.set(name, *value);
    }
    return {};
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
