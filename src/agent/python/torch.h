// Which build of PyTorch a machine wants. One release comes in many: for the processor, for several versions of CUDA,
// of ROCm. What was recorded on a laptop names none or its own; a machine's GPUs decide. Pure.
#pragma once

#include <compare>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jarvis::agent {

struct ToolkitVersion {
  int major = 0, minor = 0;
  auto operator<=>(const ToolkitVersion&) const = default;
};

/// "12.4", "12.4.1", "11.8", or without dots as in the names of builds: "118", "124". Nothing: no version.
std::optional<ToolkitVersion> parse_toolkit_version(std::string_view text);

/// What computes on this machine, and who said so ("the driver", "CUDA_VERSION").
struct Accelerator {
  enum class Kind { processor, cuda, rocm };
  Kind kind = Kind::processor;
  ToolkitVersion version;
  std::string source;
};

struct TorchIndexes {
  std::string cuda = "https://download.pytorch.org/whl/cu{}/";       // {}: 124
  std::string rocm = "https://download.pytorch.org/whl/rocm{}.{}/";  // {}.{}: 6.2
  std::string processor = "https://download.pytorch.org/whl/cpu/";
};

struct TorchChoice {
  std::string requirements;          // its lines name the build: "torch==2.4.1+cu124"
  std::vector<std::string> indexes;  // where that build is
  std::string build;                 // "cu124", "rocm6.1", "cpu"; "": nothing asks for torch, or nothing is known of it
  std::string reason;                // for the task's log; "" when nothing was done
};

/// True when a line names torch by its version: what choose_torch() changes.
bool asks_for_torch(const std::string& requirements);
/// `python`: "3.11", or "" when any. Errors: invalid_argument (no build of the release runs on the accelerator; says
/// which would).
Result<TorchChoice> choose_torch(const std::string& requirements, const std::string& python,
                                 const Accelerator& accelerator, const TorchIndexes& indexes);

/// What an installed torch was built for: "12.4" of CUDA, "" for the processor.
struct TorchBuild {
  std::string version, cuda, rocm;
};

/// From `torch/version.py` of an environment; nothing when torch is not in it.
std::optional<TorchBuild> installed_torch(const std::filesystem::path& environment);

/// Errors: invalid_argument: what is installed would leave the GPUs of this machine unused.
Status check_torch(const TorchBuild& build, const Accelerator& accelerator);

}  // namespace jarvis::agent
