#include "agent/python/environment.h"

#include "agent/python/requirements.h"
#include "base/digest.h"
#include "proc/files.h"
#include "proc/run.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

/// Makes one environment in a directory, with uv or with the standard library's venv and pip.
class Installer {
 public:
  Installer(const PythonSpec& spec, const PythonOptions& options) : spec_(spec), options_(options) {
    uv_ = proc::find_executable(options.environment, "uv");
    if (!uv_)
      uv_ = proc::find_executable(options.environment, options.environment.get("HOME").value_or("") + "/.local/bin/uv");
  }

  Status make(const fs::path& directory) const {
    CHECK_OK(uv_ ? make_with_uv(directory) : make_with_venv(directory));
    return install(directory);
  }

  std::string freeze(const fs::path& directory) const {
    const std::string python = (directory / "bin/python").string();
    const auto frozen = uv_ ? run({*uv_, "pip", "freeze", "--python", python}) : run({python, "-m", "pip", "freeze"});
    return frozen && frozen->is_success() ? frozen->out : "";
  }

 private:
  Result<proc::RunResult> run(std::vector<std::string> argv, bool shows_output = false) const {
    proc::RunOptions run{
        .argv = std::move(argv), .environment = options_.environment, .directory = options_.directory.string()};
    run.environment.set("UV_NO_PROGRESS", "1")
        .set("NO_COLOR", "1")
        .set("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .unset("VIRTUAL_ENV");
    run.environment.unset("PYTHONPATH").unset("PYTHONHOME");
    if (shows_output) run.on_output = options_.output;
    return proc::run(run, options_.stop);
  }

  Status make_with_uv(const fs::path& directory) const {
    // Not seeded: that would ask the index a first time, before the installation asks it again.
    std::vector<std::string> argv{*uv_, "venv", "--quiet", "--no-project"};
    const std::string wanted = !options_.python_binary.empty() ? options_.python_binary : spec_.version;
    if (!wanted.empty()) argv.insert(argv.end(), {"--python", wanted});
    argv.push_back(directory.string());
    TRY(const auto made, run(argv));
    if (made.is_success()) return {};
    return not_found("Python " + wanted + " was not found on this machine and could not be installed. Tried: uv (" +
                     one_line(made) + "). Install it, or set agent.python_binary");
  }

  Status make_with_venv(const fs::path& directory) const {
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
      const auto python = proc::find_executable(options_.environment, name);
      if (!python) continue;
      TRY(const auto made, run({*python, "-m", "venv", directory.string()}));
      if (made.is_success()) return {};
      tried += " (" + one_line(made) + ")";
    }
    return not_found("Python " + spec_.version + " was not found on this machine. Tried: " + tried +
                     ", and there is no uv that could install it");
  }

  Status install(const fs::path& directory) const {
    const fs::path file = directory / "requirements.txt";
    CHECK_OK(proc::write_file_durably(file, uv_ ? with_installers(spec_.requirements) : spec_.requirements, 0644));
    const std::string python = (directory / "bin/python").string();
    std::vector<std::string> argv;
    if (uv_) {
      argv = {*uv_, "pip", "install", "--python", python, "-r", file.string()};
    } else {
      if (spec_.requirements.empty()) return {};
      argv = {python, "-m", "pip", "install", "-r", file.string()};
    }
    for (const std::string& url : options_.extra_index_urls)
      argv.insert(argv.end(), {"--extra-index-url", url});
    if (uv_ && is_pinned(spec_.requirements)) {
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

  /// What the tool said, on one line, without its drawing characters.
  static std::string one_line(const proc::RunResult& result) {
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

  const PythonSpec& spec_;
  const PythonOptions& options_;
  std::optional<std::string> uv_;
};

/// What makes two environments the same. Local paths and moving references are never the same twice.
std::string key_of(const PythonSpec& spec, const PythonOptions& options) {
  std::string text = "2\n" + spec.version + "\n" + options.python_binary + "\n" + spec.requirements + "\n";
  for (const std::string& url : options.extra_index_urls)
    text += url + "\n";
  for (const char* name :
       {"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "PIP_FIND_LINKS"}) {
    text += options.environment.get(name).value_or("") + "\n";
  }
  const bool is_local =
      spec.requirements.find("-e ") != std::string::npos || spec.requirements.find("file:") != std::string::npos ||
      spec.requirements.find("./") != std::string::npos || spec.requirements.find("git+") != std::string::npos;
  if (is_local) text += random_bytes(16);
  return sha256_hex(text).substr(0, 24);
}

}  // namespace

Result<PythonEnvironment> prepare_python(const PythonSpec& spec, const PythonOptions& options) {
  CHECK_OK(proc::make_directories(options.cache_dir, 0755));
  const fs::path directory = options.cache_dir / key_of(spec, options);
  const fs::path marker = directory / ".jarvis-complete";
  PythonEnvironment out{.directory = directory, .was_cached = true, .installed = {}};
  // The marker is written last: without it the directory is what a crash left.
  if (auto installed = proc::read_file(marker)) {
    out.installed = std::move(*installed);
    return out;
  }
  TRY(const proc::LockFile lock, proc::LockFile::acquire(directory.string() + ".lock"));
  if (auto installed = proc::read_file(marker)) {
    out.installed = std::move(*installed);
    return out;
  }
  out.was_cached = false;
  CHECK_OK(proc::remove_tree(directory));
  const Installer installer(spec, options);
  // Made in its final place: an environment's scripts hold its path.
  if (Status made = installer.make(directory); !made) {
    (void)proc::remove_tree(directory);
    return std::move(made).error();
  }
  out.installed = installer.freeze(directory);
  CHECK_OK(proc::write_file_durably(marker, out.installed, 0644));
  return out;
}

}  // namespace jarvis::agent
