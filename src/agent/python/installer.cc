#include "agent/python/installer.h"

#include <sstream>

#include "agent/python/requirements.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

/// What the tool said, on one line, without its drawing characters.
std::string one_line(const proc::RunResult& result) {
  const std::string& text = result.err.find_first_not_of(" \r\n\t") == std::string::npos ? result.out : result.err;
  std::string out;
  for (std::size_t i = 0; i < text.size() && out.size() < 600; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const char c = byte < 32 ? ' ' : byte > 126 ? '\0' : text[i];
    if (c == '\0' || (c == ' ' && (out.empty() || out.back() == ' '))) continue;
    out += c;
  }
  while (out.ends_with(' '))
    out.pop_back();
  return out;
}

}  // namespace

std::optional<std::string> find_uv(const proc::Environment& environment) {
  const std::string home = environment.get("HOME").value_or("");
  for (const std::string& place : {std::string("uv"), home + "/.local/bin/uv", home + "/.cargo/bin/uv"}) {
    if (auto found = proc::find_executable(environment, place)) return found;
  }
  const auto python = proc::find_executable(environment, "python3");
  if (!python) return std::nullopt;
  const auto asked = proc::run({.argv = {*python, "-c", "import uv; print(uv.find_uv_bin())"},
                                .environment = environment,
                                .timeout = std::chrono::seconds(20)});
  if (!asked || !asked->is_success()) return std::nullopt;
  return asked->out.substr(0, asked->out.find_last_not_of(" \r\n") + 1);
}

Installer::Installer(const PythonSpec& spec, const PythonOptions& options) : spec_(spec), options_(options) {
  if (options.uses_uv) uv_ = find_tool();
}

std::optional<std::string> Installer::find_tool() const {
  if (!options_.place) return find_uv(options_.environment);
  return options_.place->uv.empty() ? std::nullopt : std::optional(options_.place->uv);
}

/// A program of the place where the environment is made.
std::optional<std::string> Installer::find_program(const std::string& name) const {
  if (!options_.place) return proc::find_executable(options_.environment, name);
  const auto asked = run({"/bin/sh", "-c", "command -v \"$0\"", name});
  if (!asked || !asked->is_success()) return std::nullopt;
  return asked->out.substr(0, asked->out.find('\n'));
}

void Installer::say(std::string_view line) const {
  if (options_.output) options_.output(std::string(line) + "\n");
}

Status Installer::make(const fs::path& directory) {
  if (spec_.conda) {
    CHECK_OK(make_with_conda(directory));
  } else if (uv_) {
    CHECK_OK(make_with_uv(directory));
  } else {
    CHECK_OK(make_with_venv(directory));
  }
  CHECK_OK(see_activated(directory));
  if (spec_.project) CHECK_OK(sync_project(directory));
  const std::string python = (directory / "bin/python").string();
  const std::string pip = "pip" + options_.pip_version;
  if (!uv_) {
    if (!options_.pip_version.empty()) {
      TRY(const auto had, run({python, "-m", "pip", "install", "--quiet", pip}));
      if (!had.is_success())
        return invalid_argument("agent.package_manager.pip_version cannot be had: " + one_line(had));
    }
    return install_in_order(directory, Way::pip);
  }
  Status installed = install_in_order(directory, Way::uv);
  if (installed || installed.error().code() == ErrorCode::cancelled ||
      installed.error().code() == ErrorCode::unavailable)
    return installed;
  // Old packages that only pip's own ways can build. Its failure would only repeat the reason.
  say("uv could not install the packages; trying pip");
  const auto seeded = run({*uv_, "pip", "install", "--quiet", "--python", python, pip, "setuptools", "wheel"});
  if (!seeded || !seeded->is_success() || !install_in_order(directory, Way::pip)) return installed;
  return {};
}

std::string Installer::freeze(const fs::path& directory) const {
  const std::string python = (directory / "bin/python").string();
  const auto frozen = uv_ ? run({*uv_, "pip", "freeze", "--python", python}) : run({python, "-m", "pip", "freeze"});
  return frozen && frozen->is_success() ? frozen->out : "";
}

Result<proc::RunResult> Installer::run(std::vector<std::string> argv, bool shows_output) const {
  proc::RunOptions run_options{
      .argv = std::move(argv), .environment = options_.environment, .directory = options_.directory.string()};
  run_options.environment.unset("VIRTUAL_ENV");
  return run(std::move(run_options), shows_output);
}

Result<proc::RunResult> Installer::run(proc::RunOptions run, bool shows_output) const {
  // A log is no terminal: no bars, no colours, no questions.
  run.environment.set("UV_NO_PROGRESS", "1").set("PIP_PROGRESS_BAR", "off").set("NO_COLOR", "1");
  run.environment.set("PIP_DISABLE_PIP_VERSION_CHECK", "1")
      .set("PIP_NO_INPUT", "1")
      .set("PIP_ROOT_USER_ACTION", "ignore");
  run.environment.unset("PYTHONPATH").unset("PYTHONHOME");
  if (shows_output) run.on_output = options_.output;
  const std::string what = fs::path(run.argv.front()).filename().string();
  return with_network_retries(options_.retries, what, options_.stop, [&] {
    return options_.place ? options_.place->run(run, options_.stop) : proc::run(run, options_.stop);
  });
}

/// "" for any.
std::string Installer::wanted_python() const {
  if (!options_.python_binary.empty()) return options_.python_binary;
  if (options_.place && options_.place->prefers_own_python) {
    for (const char* name : {"python3", "python"})
      if (const auto own = find_program(name)) return *own;
  }
  return spec_.version;
}

Status Installer::make_with_uv(const fs::path& directory) const {
  // Not seeded: that would ask the index a first time, before the installation asks it again.
  std::vector<std::string> argv{*uv_, "venv", "--quiet", "--no-project"};
  const std::string wanted = wanted_python();
  if (!wanted.empty()) argv.insert(argv.end(), {"--python", wanted});
  if (options_.sees_system_packages) argv.emplace_back("--system-site-packages");
  argv.push_back(directory.string());
  TRY(const auto made, run(argv));
  if (made.is_success()) return {};
  if (wanted.empty()) return not_found("no Python was found, and uv could not install one: " + one_line(made));
  return not_found("Python " + wanted + " was not found on this machine and could not be installed. Tried: " +
                   (wanted.find('/') == std::string::npos ? "python" + wanted + " on PATH, " : "") +
                   "uv's own Pythons, a download by uv (" + one_line(made) +
                   "). Install it, or set agent.python_binary or agent.ignore_requested_python_version");
}

Status Installer::make_with_venv(const fs::path& directory) const {
  std::vector<std::string> candidates;
  if (!options_.python_binary.empty()) {
    candidates = {options_.python_binary};
  } else if (!spec_.version.empty()) {
    candidates = {"python" + spec_.version};
  } else {
    candidates = {"python3", "python"};
  }
  std::string tried;
  for (const std::string& name : candidates) {
    tried += (tried.empty() ? "" : ", ") + name;
    const auto python = find_program(name);
    if (!python) continue;
    std::vector<std::string> argv{*python, "-m", "venv", directory.string()};
    if (options_.sees_system_packages) argv.insert(argv.begin() + 3, "--system-site-packages");
    TRY(const auto made, run(std::move(argv)));
    if (made.is_success()) return {};
    tried += " (" + one_line(made) + ")";
  }
  return not_found("Python " + spec_.version + " was not found on this machine. Tried: " + tried +
                   ", and there is no uv that could install it");
}

Status Installer::make_with_conda(const fs::path& directory) const {
  std::optional<std::string> tool;
  for (const char* name : {"micromamba", "mamba", "conda"})
    if (!tool) tool = find_program(name);
  if (!tool) {
    return not_found(
        "agent.package_manager.type is conda, and none of micromamba, mamba and conda is on PATH: install one, or set "
        "the type to uv");
  }
  std::vector<std::string> argv{
      *tool, "create", "--yes", "--quiet", "--prefix", directory.string(), "--override-channels"};
  for (const std::string& channel : spec_.conda->channels)
    argv.insert(argv.end(), {"--channel", channel});
  argv.push_back(spec_.version.empty() ? "python" : "python=" + spec_.version);
  argv.emplace_back("pip");
  std::istringstream lines(spec_.conda->packages);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) argv.push_back(line);
  TRY(const auto made, run(std::move(argv), true));
  if (made.is_success()) return {};
  return invalid_argument(fs::path(*tool).filename().string() +
                          " cannot install the recorded packages: " + one_line(made));
}

/// An image whose virtual environment is active has its packages there: an environment made beside it does not see them
/// by itself, as it is made of the interpreter behind.
Status Installer::see_activated(const fs::path& directory) const {
  const std::string active = options_.environment.get("VIRTUAL_ENV").value_or("");
  if (!options_.sees_activated || active.empty()) return {};
  constexpr const char* kLink =
      "[ -x \"$0/bin/python\" ] || exit 0; ask='import sysconfig; print(sysconfig.get_paths()[\"purelib\"])'; "
      "theirs=$(\"$0/bin/python\" -c \"$ask\") && ours=$(\"$1/bin/python\" -c \"$ask\") && "
      "echo \"$theirs\" >\"$ours/activated.pth\"";
  TRY(const auto linked, run({"/bin/sh", "-c", kLink, active, directory.string()}));
  if (!linked.is_success())
    return invalid_argument("the packages of " + active + " cannot be seen: " + one_line(linked));
  return {};
}

Status Installer::sync_project(const fs::path& directory) const {
  const LockedProject& project = *spec_.project;
  const bool is_uv = project.tool == LockedProject::Tool::uv;
  std::vector<std::string> argv;
  if (const auto poetry = is_uv ? std::nullopt : find_program("poetry"); poetry && project.tool_version.empty()) {
    argv = {*poetry, "install", "--no-interaction"};
  } else if (!uv_) {
    return not_found(std::string("the packages are those of ") + (is_uv ? "uv.lock" : "poetry.lock") +
                     ", and there is no uv on this machine to install them: install uv" + (is_uv ? "" : " or poetry"));
  } else if (is_uv) {
    argv = {*uv_, "sync", "--python", (directory / "bin/python").string()};
  } else {
    argv = {*uv_, "tool", "run", "--from", "poetry" + project.tool_version, "poetry", "install", "--no-interaction"};
  }
  argv.insert(argv.end(), project.flags.begin(), project.flags.end());
  proc::RunOptions options{
      .argv = std::move(argv), .environment = options_.environment, .directory = project.directory.string()};
  const std::string path = options.environment.get("PATH").value_or("/usr/bin:/bin");
  options.environment.set("UV_PROJECT_ENVIRONMENT", directory.string()).set("VIRTUAL_ENV", directory.string());
  options.environment.set("POETRY_VIRTUALENVS_CREATE", "false").set("PATH", (directory / "bin").string() + ":" + path);
  TRY(const auto synced, run(std::move(options), true));
  if (synced.is_success()) return {};
  return invalid_argument(std::string("the packages of ") + (is_uv ? "uv.lock" : "poetry.lock") +
                          " cannot be installed: " + one_line(synced));
}

Result<fs::path> Installer::write_requirements(const fs::path& directory, const std::string& text) const {
  const fs::path file = (options_.place ? options_.place->given_dir : directory) / "requirements.txt";
  CHECK_OK(proc::write_file_durably(file, text, 0644));
  return file;
}

Status Installer::install_in_order(const fs::path& directory, Way way) const {
  for (const InstallPhase& phase : install_phases(spec_.requirements, options_.order)) {
    std::string text = phase.requirements;
    if (phase.is_main && way == Way::uv) text = with_installers(std::move(text), options_.pip_version);
    if (text.empty()) continue;
    TRY(const fs::path file, write_requirements(directory, text));
    std::vector<std::string> arguments{"-r", file.string()};
    for (const std::string& url : options_.extra_index_urls)
      arguments.insert(arguments.end(), {"--extra-index-url", url});
    arguments.insert(arguments.end(), options_.install_flags.begin(), options_.install_flags.end());
    const std::string python = (directory / "bin/python").string();
    TRY(const auto done,
        way == Way::uv ? install_with_uv(python, phase, arguments) : install_with_pip(python, phase, arguments));
    if (done.is_success()) continue;
    const std::string reason = one_line(done);
    if (!phase.is_optional && has_network_failed(done))
      return unavailable("the recorded packages cannot be fetched: " + reason);
    if (!phase.is_optional) return invalid_argument("the recorded packages cannot be installed: " + reason);
    say("left out, as it cannot be installed: " + text.substr(0, text.find('\n')) + " (" + reason + ")");
  }
  return {};
}

Result<proc::RunResult> Installer::install_with_uv(const std::string& python, const InstallPhase& phase,
                                                   const std::vector<std::string>& arguments) const {
  const auto command = [&](std::initializer_list<std::string> more) {
    std::vector<std::string> argv{*uv_, "pip", "install", "--python", python};
    argv.insert(argv.end(), more);
    return argv;
  };
  std::vector<std::string> argv = command({});
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  // An index of a few packages beside the large one is the rule here: it may hold old ones of what the other has, too.
  if (options_.takes_best_of_indexes && !options_.environment.get("UV_INDEX_STRATEGY"))
    argv.insert(argv.end(), {"--index-strategy", "unsafe-best-match"});
  const auto with = [&argv](const char* flag) {
    std::vector<std::string> out = argv;
    out.emplace_back(flag);
    return out;
  };
  if (phase.sees_the_others) {
    TRY(const auto tools, run(command({"--quiet", "setuptools", "wheel"})));
    TRY(auto built, tools.is_success() ? run(with("--no-build-isolation"), true) : Result<proc::RunResult>(tools));
    if (built.is_success()) return built;
  }
  if (phase.is_main && is_pinned(phase.requirements)) {
    // What is pinned and in uv's cache needs no index: most of an installation's time is the asking.
    TRY(auto installed, run(with("--offline")));
    if (installed.is_success()) {
      if (options_.output) options_.output(installed.err);
      return installed;
    }
  }
  return run(std::move(argv), true);
}

Result<proc::RunResult> Installer::install_with_pip(const std::string& python, const InstallPhase& phase,
                                                    const std::vector<std::string>& arguments) const {
  std::vector<std::string> argv{python, "-m", "pip", "install"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  if (phase.sees_the_others) {
    std::vector<std::string> beside = argv;
    beside.emplace_back("--no-build-isolation");
    TRY(auto built, run(std::move(beside), true));
    if (built.is_success()) return built;
  }
  return run(std::move(argv), true);
}

}  // namespace jarvis::agent
