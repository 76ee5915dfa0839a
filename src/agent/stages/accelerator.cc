#include "agent/stages/accelerator.h"

#include "agent/gpu/driver.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

using Kind = Accelerator::Kind;

bool sees_no_gpus(const AgentSettings& settings) {
  const std::string visible = settings.environment.get("NVIDIA_VISIBLE_DEVICES").value_or("");
  return visible == "none" || visible == "void" || settings.values.get_bool("agent.cpu_only");
}

Result<Accelerator> cuda(const std::string& text, const std::string& source) {
  if (text == "0" || text == "cpu" || text == "none") return Accelerator{.source = source};
  const auto version = parse_toolkit_version(text);
  if (!version) return invalid_argument(source + " is no version of CUDA: '" + text + "'; write it as 12.4");
  return Accelerator{.kind = Kind::cuda, .version = *version, .source = source};
}

/// The version of the ROCm that is installed; unknown ones are taken to be new.
Accelerator rocm(const proc::Environment& environment) {
  const std::string folder = environment.get("ROCM_PATH").value_or("/opt/rocm");
  const auto file = proc::read_file(folder + "/.info/version");
  std::string text = environment.get("ROCM_VERSION").value_or(file.value_or(""));
  text = text.substr(0, text.find_first_of("-\n "));
  const auto version = parse_toolkit_version(text);
  return {.kind = Kind::rocm, .version = version.value_or(ToolkitVersion{99, 0}), .source = "the driver"};
}

}  // namespace

Result<Accelerator> accelerator_of(const AgentSettings& settings, const proc::Environment& inside) {
  if (sees_no_gpus(settings)) return Accelerator{};
  const config::Setting& said = settings.values.at("agent.cuda_version");
  if (!said.value.empty()) return cuda(said.value, "agent.cuda_version (" + said.origin + ")");
  if (const auto image = inside.get("CUDA_VERSION"); image && !image->empty())
    return cuda(*image, "the image's CUDA_VERSION");
  const auto driver = load_gpu_driver(settings.environment);
  if (!driver) return Accelerator{};
  const std::string version = (*driver)->cuda_version();
  if (version.empty()) return rocm(settings.environment);
  return cuda(version, "the driver");
}

}  // namespace jarvis::agent
