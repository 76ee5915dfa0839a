#include "agent/runtime/container.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <iterator>
#include <sstream>

#include "base/clock.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"
#include "base/words.h"
#include "proc/files.h"
#include "proc/proc_table.h"

namespace jarvis::agent {
namespace {

using std::chrono::seconds;

constexpr auto kAsk = seconds(60);
constexpr auto kPull = seconds(3 * 3600);
constexpr auto kStart = seconds(300);
constexpr auto kSetUp = seconds(3 * 3600);
constexpr int kTickMs = 100;
// A container that is removed takes its programs with it first.
constexpr int kGoneMs = 2000;
// How docker and podman themselves end when they could not do what was asked.
constexpr int kEngineFailed = 125;
constexpr int kPodmanFailed = 255;
constexpr int kRemoveTries = 3;
// What a container says before it is ready, or why it never is.
constexpr std::size_t kFirstWordsMax = 64U << 10;
constexpr std::string_view kHomeLabel = "jarvis-agent.home";
constexpr std::string_view kJobLabel = "jarvis-agent.job";
constexpr std::string_view kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

Result<std::string> find_program(Engine engine, const proc::Environment& client) {
  const std::string name(to_string(engine));
  if (auto found = proc::find_executable(client, name)) return std::move(*found);
  return not_found("there is no '" + name + "' on this machine's PATH; install it, or run the agent without --" + name);
}

/// A process of this machine, named for good.
std::string process_text(pid_t pid) {
  return std::to_string(pid) + ":" + std::to_string(proc::start_time_of(pid).value_or(0));
}

bool has_init(Engine engine, const proc::Environment& client) {
  const std::vector<std::string> places =
      engine == Engine::docker
          ? std::vector<std::string>{"docker-init", "/usr/libexec/docker/docker-init", "/usr/bin/docker-init"}
          : std::vector<std::string>{"/usr/libexec/podman/catatonit", "catatonit"};
  for (const std::string& place : places)
    if (proc::find_executable(client, place)) return true;
  return false;
}

bool is_service_away(const std::string& text) {
  return text.find("Cannot connect to the Docker daemon") != std::string::npos ||
         text.find("permission denied while trying to connect") != std::string::npos;
}

}  // namespace

std::vector<std::string> limits_for(Engine engine) {
  if (engine != Engine::podman || ::geteuid() != 0 || ::prctl(PR_CAPBSET_READ, CAP_SYS_RESOURCE, 0, 0, 0) != 0)
    return {};
  std::vector<std::string> out;
  rlimit own{};
  const auto add = [&](const char* name, rlim_t limit) {
    if (limit != RLIM_INFINITY)
      out.push_back(std::string(name) + "=" + std::to_string(limit) + ":" + std::to_string(limit));
  };
  if (::getrlimit(RLIMIT_NOFILE, &own) == 0) add("nofile", own.rlim_max);
  // podman lowers its own to the most processes that this machine's kernel has.
  if (::getrlimit(RLIMIT_NPROC, &own) == 0) {
    const auto most = proc::read_file("/proc/sys/kernel/pid_max");
    add("nproc", std::min<rlim_t>(own.rlim_max, most ? std::strtoul(most->c_str(), nullptr, 10) : RLIM_INFINITY));
  }
  return out;
}

ContainerRuntime::ContainerRuntime(ContainerOptions options, std::string program)
    : options_(std::move(options)), program_(std::move(program)) {}

Result<std::unique_ptr<ContainerRuntime>> ContainerRuntime::start(ContainerOptions options) {
  TRY(std::string program, find_program(options.engine, options.client));
  if (options.plan.name.empty()) options.plan.name = "jarvis-" + random_id().substr(0, 16);
  options.plan.labels.push_back(std::string(kHomeLabel) + "=" + options.home);
  options.plan.labels.push_back(std::string(kJobLabel) + "=" + process_text(::getpid()));
  options.plan.has_init = has_init(options.engine, options.client);
  options.plan.limits = limits_for(options.engine);
  std::unique_ptr<ContainerRuntime> made(new ContainerRuntime(std::move(options), std::move(program)));
  CHECK_OK(made->find_image());
  CHECK_OK(made->make());
  CHECK_OK(made->set_up());
  return made;
}

ContainerRuntime::~ContainerRuntime() {
  stdin_.reset();
  if (!keeper_.is_running()) return;
  signal_all(SIGKILL);
  if (const auto ended = keeper_.terminate(seconds(10)); !ended) log::warning(ended.error().message());
}

Result<proc::RunResult> ContainerRuntime::engine(std::vector<std::string> words, seconds timeout, bool is_shown,
                                                 bool may_stop) const {
  words.insert(words.begin(), program_);
  return proc::run({.argv = std::move(words),
                    .environment = options_.client,
                    .timeout = timeout,
                    .on_output = is_shown ? options_.output : nullptr},
                   may_stop ? options_.stop : std::stop_token());
}

/// The image on this machine, its id, its variables.
Status ContainerRuntime::find_image() {
  const std::vector<std::string> ask{"image", "inspect", "--format", "{{.Id}} {{json .Config.Env}}",
                                     options_.plan.image};
  TRY(auto inspected, engine(ask, kAsk));
  if (!inspected.is_success() && is_service_away(inspected.err)) return unavailable(inspected.last_line());
  if (!inspected.is_success() && options_.pulls_never)
    return not_found("the image '" + options_.plan.image +
                     "' is not on this machine, and agent.standalone_mode "
                     "(--standalone-mode) fetches nothing");
  if (!inspected.is_success() || (options_.pulls_always && !options_.pulls_never)) {
    CHECK_OK(pull());
    TRY(inspected, engine(ask, kAsk));
    if (!inspected.is_success()) return not_found(inspected.last_line());
  }
  std::istringstream words(inspected.out);
  std::string list;
  words >> image_id_;
  std::getline(words, list);
  environment_.set("PATH", std::string(kDefaultPath));
  if (const auto variables = parse_json(list); variables && variables->is_array()) {
    for (const json::value& variable : variables->as_array()) {
      const std::string text = variable.is_string() ? std::string(variable.as_string()) : "";
      const auto equals = text.find('=');
      if (equals != std::string::npos) environment_.set(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  for (const auto& [name, value] : options_.variables.values())
    environment_.set(name, value);
  return {};
}

Status ContainerRuntime::pull() {
  options_.output("[jarvis] pulling " + options_.plan.image + "\n");
  TRY(const auto pulled,
      with_network_retries(options_.retries, std::string(to_string(options_.engine)) + " pull", options_.stop,
                           [&] { return engine({"pull", options_.plan.image}, kPull, true); }));
  if (pulled.is_success()) return {};
  if (has_network_failed(pulled))
    return unavailable("the image '" + options_.plan.image +
                       "' cannot be pulled, its registry cannot be reached: " + pulled.last_line());
  return not_found("the image '" + options_.plan.image + "' cannot be pulled: " + pulled.last_line() +
                   ". Is the name right, and has this machine's user logged in to its registry (`" +
                   std::string(to_string(options_.engine)) + " login`)?");
}

Status ContainerRuntime::make() {
  int in[2];
  if (::pipe2(in, O_CLOEXEC) != 0) return errno_error("make a pipe", errno);
  const proc::UniqueFd read_end(in[0]);
  stdin_ = proc::UniqueFd(in[1]);
  int out[2];
  if (::pipe2(out, O_CLOEXEC) != 0) return errno_error("make a pipe", errno);
  const proc::UniqueFd said(out[0]);
  proc::UniqueFd says(out[1]);
  TRY(keeper_, proc::spawn({.argv = run_command(options_.engine, program_, options_.plan),
                            .environment = options_.client,
                            .directory = options_.directory.string(),
                            .stdin_fd = read_end.get(),
                            .stdout_fd = says.get(),
                            .stderr_fd = says.get()}));
  says.reset();
  return await_ready(said.get());
}

Status ContainerRuntime::await_ready(int fd) const {
  const SystemClock clock;
  const SteadyTime end = clock.steady() + kStart;
  std::string text;
  char piece[4096];
  while (text.find(kReady) == std::string::npos) {
    if (options_.stop.stop_requested()) return Error(ErrorCode::cancelled, "the start of the container was stopped");
    if (clock.steady() > end || text.size() > kFirstWordsMax)
      return Error(ErrorCode::timeout, "the container does not start");
    pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, kTickMs) <= 0) continue;
    const ssize_t got = ::read(fd, piece, sizeof piece);
    if (got > 0) {
      text.append(piece, static_cast<std::size_t>(got));
    } else if (got == 0) {
      return invalid_argument("the container of '" + options_.plan.image + "' does not start: " + trimmed(text));
    }
  }
  return {};
}

Status ContainerRuntime::set_up() {
  if (trimmed(options_.setup_script).empty()) return {};
  options_.output("[jarvis] running the setup script\n");
  // As one script: a failure of its last command counts, what it exports is kept.
  constexpr std::string_view kMark = "jarvis-environment-after-setup";
  const std::string wrapper = "shell=$(command -v bash || echo /bin/sh); exec \"$shell\" -c \"$0\"";
  const std::string script = options_.setup_script + "\n{ status=$?; [ $status -eq 0 ] && env -0 >/tmp/" +
                             std::string(kMark) + "; } || exit $status\n";
  HostCommand command = wrap({.argv = {"/bin/sh", "-c", wrapper, script},
                              .environment = environment_,
                              .directory = {},
                              .as = Command::As::root});
  TRY(const auto ran, proc::run({.argv = command.argv,
                                 .environment = command.environment,
                                 .input = command.input,
                                 .timeout = kSetUp,
                                 .on_output = options_.output},
                                options_.stop));
  if (!ran.is_success())
    return invalid_argument("the container's setup script ended with " + ran.status.to_text() + ": " + ran.last_line());
  TRY(const auto after,
      run({"/bin/sh", "-c", "cat \"$0\"; rm -f \"$0\"", "/tmp/" + std::string(kMark)}, Command::As::root));
  for (std::size_t start = 0; start < after.out.size();) {
    const auto end = std::min(after.out.find('\0', start), after.out.size());
    const std::string variable = after.out.substr(start, end - start);
    start = end + 1;
    const auto equals = variable.find('=');
    const std::string name = variable.substr(0, equals);
    if (equals == std::string::npos || name == "PWD" || name == "OLDPWD" || name == "SHLVL" || name == "_" ||
        name == "HOME")
      continue;
    environment_.set(name, variable.substr(equals + 1));
  }
  return {};
}

HostCommand ContainerRuntime::wrap(const Command& command) const {
  std::vector<std::string> argv{program_, "exec", "--interactive"};
  argv.push_back("--user=" + (command.as == Command::As::root || options_.user.empty() ? "0:0" : options_.user));
  argv.insert(argv.end(), {options_.plan.name, "/bin/sh", "-s", "--"});
  argv.insert(argv.end(), command.argv.begin(), command.argv.end());
  return {.argv = std::move(argv),
          .environment = options_.client,
          .directory = options_.directory.string(),
          .input = shell_preamble(command.environment, command.directory)};
}

Result<proc::RunResult> ContainerRuntime::run(std::vector<std::string> argv, Command::As as) const {
  HostCommand command = wrap({.argv = std::move(argv), .environment = environment_, .directory = {}, .as = as});
  return proc::run({.argv = command.argv, .environment = command.environment, .input = command.input, .timeout = kAsk});
}

void ContainerRuntime::signal_all(int signal) {
  if (signal == SIGKILL) {
    (void)engine({"kill", options_.plan.name}, kAsk, false, false);
  } else {
    // To every process but the first, which holds the container.
    (void)run({"/bin/sh", "-c", "kill -" + std::to_string(signal) + " -1"}, Command::As::root);
  }
}

/// `exec` passes a program's end on as a shell does.
proc::ExitStatus ContainerRuntime::status_of(const proc::ExitStatus& status) const {
  constexpr int kSignalled = 128;
  if (status.signal != 0 || status.code <= kSignalled || status.code > kSignalled + SIGRTMAX) return status;
  return {.code = 0, .signal = status.code - kSignalled, .core_dumped = false};
}

bool ContainerRuntime::is_out_of_memory() const {
  // Of either version of cgroups, as they are seen inside. The container began with none.
  const auto counted =
      run({"/bin/sh", "-c",
           "for f in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do "
           "[ -r $f ] && while read -r name count; do [ $name = oom_kill ] && echo $count; done <$f; done"},
          Command::As::root);
  if (counted) return trimmed(counted->out).find_first_of("123456789") != std::string::npos;
  return false;
}

/// As the engine sees it: one that ends itself lets go of its clients last. One that does not answer may still run it.
bool ContainerRuntime::is_running() const {
  const auto asked =
      engine({"container", "inspect", "--format", "{{.State.Running}}", options_.plan.name}, kAsk, false, false);
  return !asked || (asked->is_success() && trimmed(asked->out) == "true");
}

std::optional<std::string> ContainerRuntime::why_gone(const proc::ExitStatus& end) const {
  // `exec` ends by the program's SIGKILL, or by a code of its own when it finds the container gone first.
  const bool is_engines_own = end.code == kEngineFailed || end.code == kPodmanFailed;
  if (end.signal != SIGKILL && !is_engines_own) return std::nullopt;
  pollfd ended{.fd = keeper_.pidfd(), .events = POLLIN, .revents = 0};
  if (::poll(&ended, 1, kGoneMs) <= 0 && is_running()) return std::nullopt;
  return "the container was ended from outside, by a person or by a restart of " +
         std::string(to_string(options_.engine));
}

namespace {

/// Asks the engine about containers of jobs that have ended.
class Sweep {
 public:
  Sweep(std::string program, const proc::Environment& client) : program_(std::move(program)), client_(client) {}

  Result<std::vector<std::string>> containers_of(const std::string& home) const {
    TRY(const auto listed,
        ask({"ps", "--all", "--quiet", "--filter", "label=" + std::string(kHomeLabel) + "=" + home}));
    if (!listed.is_success()) return unavailable(listed.last_line());
    std::istringstream ids(listed.out);
    return std::vector<std::string>(std::istream_iterator<std::string>(ids), {});
  }

  /// False for one that is gone meanwhile.
  Result<bool> is_left(const std::string& id) const {
    TRY(const auto inspected,
        ask({"inspect", "--format", "{{index .Config.Labels \"" + std::string(kJobLabel) + "\"}}", id}));
    const std::string job = trimmed(inspected.out);
    const pid_t pid = static_cast<pid_t>(std::strtol(job.c_str(), nullptr, 10));
    return inspected.is_success() && pid > 0 && process_text(pid) != job;
  }

  Status remove(const std::string& id) const {
    // First, because `rm` begins with a polite question that a script may let wait for ten seconds.
    CHECK_OK(ask({"kill", id}));
    std::string why;
    // podman whose watcher of the container was killed with the job waits for that one's word, fails, and knows better
    // when it is asked again.
    for (int tries = 0; tries < kRemoveTries; ++tries) {
      TRY(const auto gone, ask({"rm", "--force", "--volumes", id}));
      if (gone.is_success()) return {};
      why = gone.last_line();
      TRY(const bool left, is_left(id));
      if (!left) return {};
    }
    return unavailable("container " + id + " cannot be removed: " + why);
  }

 private:
  Result<proc::RunResult> ask(std::vector<std::string> words) const {
    words.insert(words.begin(), program_);
    return proc::run({.argv = std::move(words), .environment = client_, .timeout = kAsk});
  }

  const std::string program_;
  const proc::Environment& client_;
};

}  // namespace

Result<int> sweep_containers(Engine engine, const proc::Environment& client, const std::string& home) {
  TRY(std::string program, find_program(engine, client));
  const Sweep sweep(std::move(program), client);
  TRY(const auto ids, sweep.containers_of(home));
  int removed = 0;
  Status worst;
  for (const std::string& id : ids) {
    TRY(const bool left, sweep.is_left(id));
    if (!left) continue;
    const Status gone = sweep.remove(id);
    if (gone)
      ++removed;
    else
      worst = gone;
  }
  if (!worst) return worst.error();
  return removed;
}

}  // namespace jarvis::agent
