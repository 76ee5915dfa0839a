#include "agent/python/installer.h"

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

Status Installer::make(const fs::path& directory) {
  if (!uv_) {
    CHECK_OK(make_with_venv(directory));
    return install_with_pip(directory);
  }
  CHECK_OK(make_with_uv(directory));
  Status installed = install(directory);
  if (installed || installed.error().code() == ErrorCode::cancelled) return installed;
  // Old packages that only pip's own ways can build. Its failure would only repeat the reason.
  if (options_.output) options_.output("uv could not install the packages; trying pip\n");
  const std::string python = (directory / "bin/python").string();
  const auto seeded = run({*uv_, "pip", "install", "--quiet", "--python", python, "pip", "setuptools", "wheel"});
  if (!seeded || !seeded->is_success() || !install_with_pip(directory)) return installed;
  return {};
}

std::string Installer::freeze(const fs::path& directory) const {
  const std::string python = (directory / "bin/python").string();
  const auto frozen = uv_ ? run({*uv_, "pip", "freeze", "--python", python}) : run({python, "-m", "pip", "freeze"});
  return frozen && frozen->is_success() ? frozen->out : "";
}

Result<proc::RunResult> Installer::run(std::vector<std::string> argv, bool shows_output) const {
  proc::RunOptions run{
      .argv = std::move(argv), .environment = options_.environment, .directory = options_.directory.string()};
  // A log is no terminal: no bars, no colours, no questions.
  run.environment.set("UV_NO_PROGRESS", "1").set("PIP_PROGRESS_BAR", "off").set("NO_COLOR", "1");
  run.environment.set("PIP_DISABLE_PIP_VERSION_CHECK", "1")
      .set("PIP_NO_INPUT", "1")
      .set("PIP_ROOT_USER_ACTION", "ignore");
  run.environment.unset("VIRTUAL_ENV").unset("PYTHONPATH").unset("PYTHONHOME");
  if (shows_output) run.on_output = options_.output;
  return options_.place ? options_.place->run(run, options_.stop) : proc::run(run, options_.stop);
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

std::vector<std::string> Installer::index_flags() const {
  std::vector<std::string> out;
  for (const std::string& url : options_.extra_index_urls)
    out.insert(out.end(), {"--extra-index-url", url});
  return out;
}

Result<fs::path> Installer::write_requirements(const fs::path& directory, const std::string& text) const {
  const fs::path file = (options_.place ? options_.place->given_dir : directory) / "requirements.txt";
  CHECK_OK(proc::write_file_durably(file, text, 0644));
  return file;
}

Status Installer::install(const fs::path& directory) const {
  TRY(const fs::path file, write_requirements(directory, with_installers(spec_.requirements)));
  std::vector<std::string> argv{*uv_, "pip",        "install", "--python", (directory / "bin/python").string(),
                                "-r", file.string()};
  for (std::string& flag : index_flags())
    argv.push_back(std::move(flag));
  if (is_pinned(spec_.requirements)) {
    // What is pinned and in uv's cache needs no index: most of an installation's time is the asking.
    std::vector<std::string> offline = argv;
    offline.emplace_back("--offline");
    TRY(const auto installed, run(std::move(offline)));
    if (installed.is_success()) {
      if (options_.output) options_.output(installed.err);
      return {};
    }
  }
  TRY(const auto installed, run(argv, true));
  if (installed.is_success()) return {};
  return invalid_argument("the recorded packages cannot be installed: " + one_line(installed));
}

Status Installer::install_with_pip(const fs::path& directory) const {
  TRY(const fs::path file, write_requirements(directory, spec_.requirements));
  if (spec_.requirements.empty()) return {};
  std::vector<std::string> argv{(directory / "bin/python").string(), "-m", "pip", "install", "-r", file.string()};
  for (std::string& flag : index_flags())
    argv.push_back(std::move(flag));
  TRY(const auto installed, run(std::move(argv), true));
  if (installed.is_success()) return {};
  return invalid_argument("the recorded packages cannot be installed: " + one_line(installed));
}

}  // namespace jarvis::agent
