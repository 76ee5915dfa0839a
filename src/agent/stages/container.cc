// Makes the container that the task's programs run in: which image, what is mounted, whose files they are.
#include "agent/runtime/container.h"

#include <unistd.h>

#include <algorithm>

#include "agent/job/stage.h"
#include "agent/runtime/arguments.h"
#include "agent/runtime/ports.h"
#include "agent/stages/container_choice.h"
#include "agent/stages/container_files.h"
#include "agent/stages/container_rules.h"
#include "agent/stages/container_sweep.h"
#include "agent/stages/network.h"
#include "agent/stages/stages.h"
#include "base/ids.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

bool is_loopback(const std::string& url) {
  const auto start = url.find("://");
  const std::string host = start == std::string::npos ? url : url.substr(start + 3);
  return host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
}

class ContainerStage final : public Stage {
 public:
  explicit ContainerStage(ContainerRequest request) : request_(std::move(request)) {}
  std::string_view name() const override { return "container"; }

  Status run(JobContext& job) override {
    sweep_left_containers(request_.engine, job.settings);
    for (int tries = 1;; ++tries) {
      const Status made = make(job);
      const auto port = made ? std::nullopt : refused_port(made.error().message());
      if (!port || tries == kTriesMax) return made;
      job.log.line("[jarvis] port " + std::to_string(*port) + " is somebody's already; another is looked for");
      refused_.insert(*port);
    }
  }

  void unwind(JobContext& job) override {
    if (!job.runtime || !job.runtime->is_apart()) return;
    job.runtime = std::make_unique<HostRuntime>(job.settings.environment);
    reserved_.clear();
    sweep_left_containers(request_.engine, job.settings);
  }

 private:
  // Each is a container that was made in vain.
  static constexpr int kTriesMax = 20;

  Status make(JobContext& job) {
    TRY(ContainerOptions options, choose(job));
    CHECK_OK(share_files(job, options));
    const std::string user = options.user;
    TRY(auto container, ContainerRuntime::start(std::move(options)));
    CHECK_OK(hand_over(job, *container, user));
    job.log.line("[jarvis] container " + container->name());
    job.runtime = std::move(container);
    return {};
  }

  /// Image, arguments, variables, scripts and name.
  Result<ContainerOptions> choose(JobContext& job) {
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
    TRY(out.retries, network_retries(job));
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
  Status publish(JobContext& job, ContainerArguments& arguments) {
    TRY(const PortRange range, port_range(job.settings.strings("agent.docker_args_allowed_port_range")));
    reserved_.clear();
    TRY(ReservedPorts reserved,
        reserve_ports(job.settings.home / "ports", arguments.words, refused_, range, job.stop.token()));
    PublishedPorts& ports = reserved.ports;
    reserved_ = std::move(reserved.held);
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

  const ContainerRequest request_;
  std::vector<proc::LockFile> reserved_;  // ports of the container
  std::set<int> refused_;
};

}  // namespace

std::unique_ptr<Stage> make_container(ContainerRequest request) {
  return std::make_unique<ContainerStage>(std::move(request));
}

}  // namespace jarvis::agent
