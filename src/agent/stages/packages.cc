#include "agent/stages/packages.h"

#include <sstream>

#include "agent/python/requirements.h"
#include "proc/files.h"
#include "proc/path_within.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;
using Tool = LockedProject::Tool;

std::string setting(std::string_view name) {
  return "agent.package_manager." + std::string(name);
}

/// The lines of a requirements file, those of the files that it names in their places; nothing from outside of `root`.
Status add_lines(const fs::path& file, const fs::path& root, int depth, std::string& out) {
  const fs::path from_root = file.lexically_normal().lexically_relative(root);
  if (depth > 16) return invalid_argument(from_root.string() + " includes itself");
  // Also by a symbolic link: the agent may read what the task in its container may not.
  if (*from_root.begin() == ".." || !proc::path_within(root, from_root))
    return invalid_argument("requirements name a file outside of the repository: " + file.string());
  const auto text = proc::read_file(file);
  if (!text) return invalid_argument("requirements name a file that is not in the repository: " + from_root.string());
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    line.erase(line.find_last_not_of(" \t\r") + 1);
    const auto named = [&](std::string_view flag) {
      return line.starts_with(flag) ? line.substr(line.find_first_not_of(" =", flag.size())) : std::string();
    };
    std::string other = named("-r ");
    if (other.empty()) other = named("--requirement");
    std::string bounds = named("-c ");
    if (bounds.empty()) bounds = named("--constraint");
    if (!other.empty()) {
      CHECK_OK(add_lines(file.parent_path() / other, root, depth + 1, out));
    } else if (!bounds.empty()) {
      // What is installed by another file of another folder: told where it is.
      out += "-c " + (file.parent_path() / bounds).lexically_normal().string() + "\n";
    } else {
      out += line + "\n";
    }
  }
  return {};
}

/// The folder of the project's files: the repository's, or the task's working directory in it.
fs::path folder_of(const fs::path& code, const json::object& script, bool is_working_dir) {
  const fs::path relative = fs::path(get_string_or(script, "working_dir", "")).relative_path().lexically_normal();
  return is_working_dir && !relative.empty() && *relative.begin() != ".." ? code / relative : code;
}

std::optional<LockedProject> find_project(const AgentSettings& settings, const json::object& script,
                                          const fs::path& code, Tool tool) {
  const bool is_uv = tool == Tool::uv;
  const bool is_working_dir = settings.values.get_bool(
      setting(is_uv ? "uv_files_from_repo_working_dir" : "poetry_files_from_repo_working_dir"));
  const fs::path folder = folder_of(code, script, is_working_dir);
  for (const char* file : {"uv.lock", "poetry.lock", "pyproject.toml"})
    if (!proc::path_within(code, (folder / file).lexically_relative(code))) return std::nullopt;
  const auto lock = proc::read_file(folder / (is_uv ? "uv.lock" : "poetry.lock"));
  const auto project = proc::read_file(folder / "pyproject.toml");
  if (!lock || !project) return std::nullopt;
  LockedProject out{
      .tool = tool, .directory = folder, .contents = *project + "\n" + *lock, .flags = {}, .tool_version = {}};
  // uv installs a project that can be built; poetry does unless it is told that there is nothing to build.
  out.is_installed_too = is_uv ? project->find("[build-system]") != std::string::npos
                               : project->find("package-mode = false") == std::string::npos;
  return out;
}

Status set_flags(const AgentSettings& settings, LockedProject& project) {
  const bool is_uv = project.tool == Tool::uv;
  if (is_uv && settings.values.get_bool(setting("uv_sync_locked_if_lock_file"))) project.flags.emplace_back("--locked");
  TRY(const auto words, settings.words(setting(is_uv ? "uv_sync_extra_args" : "poetry_install_extra_args")));
  project.flags.insert(project.flags.end(), words.begin(), words.end());
  if (!is_uv) project.tool_version = settings.values.get(setting("poetry_version"));
  return {};
}

/// What the settings ask for by name, or what there is when nothing was recorded.
std::optional<LockedProject> project_of(const AgentSettings& settings, const json::object& script, const fs::path& code,
                                        bool has_recorded) {
  const std::string& type = settings.values.get(setting("type"));
  const bool is_asked = settings.values.is_set(setting("type"));
  if (settings.values.get_bool(setting("force_uv"))) return find_project(settings, script, code, Tool::uv);
  if (settings.values.get_bool(setting("force_poetry"))) return find_project(settings, script, code, Tool::poetry);
  if (is_asked && type == "poetry") return find_project(settings, script, code, Tool::poetry);
  if (is_asked && type == "uv") return find_project(settings, script, code, Tool::uv);
  if (has_recorded || type == "pip" || type == "conda") return std::nullopt;
  if (auto project = find_project(settings, script, code, Tool::uv)) return project;
  return find_project(settings, script, code, Tool::poetry);
}

/// An emptied list is no list, as in the stock agent; the header that the SDK writes above an empty one is one.
bool has_recorded_packages(const json::object& script) {
  const json::value* requirements = find(script, "requirements");
  if (requirements == nullptr) return false;
  const auto has_text = [](const json::value* packages) {
    if (packages == nullptr) return false;
    if (packages->is_array()) return !packages->get_array().empty();
    return packages->is_string() &&
           std::string_view(packages->get_string()).find_first_not_of(" \t\r\n") != std::string_view::npos;
  };
  if (!requirements->is_object()) return has_text(requirements);
  const json::object& kinds = requirements->get_object();
  return has_text(kinds.if_contains("pip")) || has_text(kinds.if_contains("conda"));
}

}  // namespace

std::string original_requirements(const json::object& script) {
  const json::object* requirements = get_object(script, "requirements");
  if (requirements == nullptr || !requirements->contains("org_pip")) return {};
  return requirements_text({{"requirements", {{"pip", requirements->at("org_pip")}}}});
}

Result<PackageSource> package_source(const AgentSettings& settings, const json::object& script, const fs::path& code) {
  PackageSource out;
  out.spec.version = python_version(script);
  const config::Settings& values = settings.values;
  if (values.get_bool("agent.ignore_requested_python_version")) out.spec.version.clear();
  if (out.spec.version.empty()) out.spec.version = values.get("agent.default_python");

  const bool has_recorded = has_recorded_packages(script);
  if (auto project = project_of(settings, script, code, has_recorded)) {
    CHECK_OK(set_flags(settings, *project));
    out.origin = project->tool == Tool::uv ? "uv.lock" : "poetry.lock";
    out.spec.project = std::move(project);
    return out;
  }
  const fs::path file = code / "requirements.txt";
  std::error_code failure;
  const bool prefers_file = values.get_bool(setting("force_repo_requirements_txt"));
  if ((!has_recorded || prefers_file) && fs::is_regular_file(file, failure)) {
    std::string text;
    CHECK_OK(add_lines(file, code, 0, text));
    out.origin = "requirements.txt";
    out.spec.requirements = requirements_text({{"requirements", text}});
    return out;
  }
  const std::string original = original_requirements(script);
  const bool prefers_original = values.get_bool(setting("force_original_requirements"));
  out.spec.requirements = prefers_original && !original.empty() ? original : requirements_text(script);
  if (values.get(setting("type")) == "conda") {
    out.spec.conda = CondaPackages{.packages = {}, .channels = settings.strings(setting("conda_channels"))};
    if (const json::object* recorded = get_object(script, "requirements");
        recorded != nullptr && recorded->contains("conda"))
      out.spec.conda->packages = requirements_text({{"requirements", {{"pip", recorded->at("conda")}}}});
  }
  return out;
}

}  // namespace jarvis::agent
