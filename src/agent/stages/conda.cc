#include "agent/stages/conda.h"

#include "base/digest.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;

std::string container_text(const json::object& task) {
  for (const auto& path : {std::pair("container", "image"), std::pair("execution", "docker_cmd")}) {
    const json::value* text = find_path(task, {path.first, path.second});
    if (text != nullptr && text->is_string() && !text->get_string().empty()) return std::string(text->get_string());
  }
  return {};
}

}  // namespace

Result<std::string> conda_python(JobContext& job) {
  const config::Settings& values = job.settings.values;
  std::string place = values.get("agent.package_manager.conda_env_package");
  // In their older way the place of an image names it.
  if (place.empty() && !job.runtime->is_apart() && values.get_bool("agent.package_manager.conda_env_as_base_docker"))
    place = container_text(job.task);
  if (place.empty()) return std::string();
  const fs::path unpacked = (job.runtime->shared_folder() ? *job.runtime->shared_folder() : job.settings.home) /
                            "conda-packs" / sha256_hex(place).substr(0, 24);
  // Unpacked once, in a folder that gets its name when it is whole.
  constexpr const char* kUnpack =
      "[ -d \"$0\" ] && { echo \"$0\"; exit; }; [ -f \"$0\" ] || { echo \"there is no $0\" >&2; exit 1; }; "
      "[ -d \"$1\" ] || { rm -rf \"$1.new\"; mkdir -p \"$1.new\" && tar -xzf \"$0\" -C \"$1.new\" && mv \"$1.new\" "
      "\"$1\" && { [ ! -x \"$1/bin/conda-unpack\" ] || \"$1/bin/conda-unpack\" >&2; }; } && echo \"$1\"";
  TRY(const auto found, run_in(*job.runtime,
                               {.argv = {"/bin/sh", "-c", kUnpack, place, unpacked.string()},
                                .environment = job.runtime->environment(),
                                .directory = "/"},
                               job.stop.token()));
  if (!found.is_success()) return not_found("agent.package_manager.conda_env_package: " + found.last_line());
  return found.out.substr(0, found.out.find('\n')) + "/bin/python";
}

Result<std::string> conda_base(JobContext& job) {
  constexpr const char* kFind =
      "conda=$(command -v conda || command -v mamba) && conda=$(readlink -f \"$conda\") && "
      "echo \"${conda%/*/*}/bin/python\"";
  TRY(const auto found,
      run_in(*job.runtime,
             {.argv = {"/bin/sh", "-c", kFind}, .environment = job.runtime->environment(), .directory = "/"},
             job.stop.token()));
  if (!found.is_success()) return not_found("agent.package_manager.use_conda_base_env: there is no conda on PATH");
  return found.out.substr(0, found.out.find('\n'));
}

}  // namespace jarvis::agent
