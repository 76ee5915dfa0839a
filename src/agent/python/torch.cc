#include "agent/python/torch.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <sstream>

#include "agent/python/requirement_line.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

namespace fs = std::filesystem;
using Kind = Accelerator::Kind;

/// A release and the builds that its index holds: the releases of pytorch.org, newest first.
struct Release {
  ToolkitVersion version;
  int python_min, python_max;  // minor versions of Python 3
  std::vector<ToolkitVersion> cuda, rocm;
};

const std::vector<Release>& releases() {
  static const std::vector<Release> all{
      {{2, 9}, 10, 14, {{12, 6}, {12, 8}, {13, 0}}, {{6, 4}}},
      {{2, 8}, 9, 13, {{12, 6}, {12, 8}, {12, 9}}, {{6, 4}}},
      {{2, 7}, 9, 13, {{11, 8}, {12, 6}, {12, 8}}, {{6, 3}}},
      {{2, 6}, 9, 13, {{11, 8}, {12, 4}, {12, 6}}, {{6, 1}}},
      {{2, 5}, 9, 13, {{11, 8}, {12, 1}, {12, 4}}, {{6, 1}, {6, 2}}},
      {{2, 4}, 8, 12, {{11, 8}, {12, 1}, {12, 4}}, {{6, 1}}},
      {{2, 3}, 8, 12, {{11, 8}, {12, 1}}, {{6, 0}}},
      {{2, 2}, 8, 12, {{11, 8}, {12, 1}}, {{5, 7}}},
      {{2, 1}, 8, 11, {{11, 8}, {12, 1}}, {{5, 6}}},
      {{2, 0}, 8, 11, {{11, 7}, {11, 8}}, {}},
      {{1, 13}, 7, 11, {{11, 6}, {11, 7}}, {{5, 2}}},
      {{1, 12}, 7, 10, {{10, 2}, {11, 3}, {11, 6}}, {}},
      {{1, 11}, 7, 10, {{10, 2}, {11, 3}, {11, 5}}, {}},
      {{1, 10}, 6, 9, {{10, 2}, {11, 1}, {11, 3}}, {}},
      {{1, 9}, 6, 9, {{10, 2}, {11, 1}}, {}},
      {{1, 8}, 6, 9, {{10, 1}, {10, 2}, {11, 1}}, {}},
      {{1, 7}, 6, 9, {{9, 2}, {10, 1}, {10, 2}, {11, 0}}, {}},
  };
  return all;
}

std::string dotted(const ToolkitVersion& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

std::string name_of(Kind kind) {
  return kind == Kind::cuda ? "CUDA" : "ROCm";
}

std::string build_of(Kind kind, const ToolkitVersion& version) {
  if (kind == Kind::processor) return "cpu";
  if (kind == Kind::rocm) return "rocm" + dotted(version);
  return "cu" + std::to_string(version.major) + std::to_string(version.minor);
}

std::string filled(std::string pattern, std::span<const std::string> values) {
  for (const std::string& value : values) {
    const auto hole = pattern.find("{}");
    if (hole == std::string::npos) break;
    pattern.replace(hole, 2, value);
  }
  return pattern;
}

std::string index_of(Kind kind, const ToolkitVersion& version, const TorchIndexes& indexes) {
  if (kind == Kind::processor) return indexes.processor;
  const std::string major = std::to_string(version.major), minor = std::to_string(version.minor);
  if (kind == Kind::cuda) return filled(indexes.cuda, std::array{major + minor});
  return filled(indexes.rocm, std::array{major, minor});
}

const std::vector<ToolkitVersion>& builds_of(const Release& release, Kind kind) {
  return kind == Kind::cuda ? release.cuda : release.rocm;
}

/// The newest build that the driver is certain to run: one not newer than itself.
std::optional<ToolkitVersion> exact_fit(std::span<const ToolkitVersion> builds, const Accelerator& accelerator) {
  std::optional<ToolkitVersion> best;
  for (const ToolkitVersion& build : builds) {
    if (build <= accelerator.version && (!best || *best < build)) best = build;
  }
  return best;
}

/// From CUDA 11 on a driver also runs newer builds of its major version, if without what is new in them.
std::optional<ToolkitVersion> near_fit(std::span<const ToolkitVersion> builds, const Accelerator& accelerator) {
  if (accelerator.kind != Kind::cuda || accelerator.version.major < 11) return std::nullopt;
  std::optional<ToolkitVersion> best;
  for (const ToolkitVersion& build : builds) {
    if (build.major == accelerator.version.major && (!best || build < *best)) best = build;
  }
  return best;
}

bool runs_on(const Release& release, const std::string& python) {
  const auto version = parse_toolkit_version(python);
  return !version || version->major != 3 || python.find('.') == std::string::npos ||
         (version->minor >= release.python_min && version->minor <= release.python_max);
}

bool is_of_torch(const std::string& package) {
  return package == "torch" || package == "torchvision" || package == "torchaudio";
}

bool names_torch(const RequirementLine& line) {
  return line.package == "torch" && !line.is_address();
}

/// "torch==2.4.1+cu118; python_version > '3'" with the build named, or with none.
std::string with_build(const RequirementLine& line, const std::string& build) {
  RequirementLine changed = line;
  const std::string version = line.exact_version();
  changed.specifiers = "==" + version.substr(0, version.find('+')) + (build.empty() ? "" : "+" + build);
  return changed.text();
}

std::string listed(std::span<const ToolkitVersion> builds) {
  std::string out;
  for (const ToolkitVersion& build : builds)
    out += (out.empty() ? "" : ", ") + dotted(build);
  return out;
}

/// The release that a requirement leaves us with, and the build of it.
struct Fit {
  const Release* release = nullptr;
  ToolkitVersion build;
};

Result<Fit> fit_of(const RequirementLine& torch, const std::string& python, const Accelerator& accelerator) {
  const Kind kind = accelerator.kind;
  // Of what is pinned the installer says better than we whether there is a Python for it.
  const bool is_open = torch.exact_version().empty();
  std::optional<Fit> second;
  const Release* asked = nullptr;
  for (const Release& release : releases()) {
    if (!torch.admits(release.version.major, release.version.minor) || (is_open && !runs_on(release, python))) continue;
    if (asked == nullptr) asked = &release;
    if (kind == Kind::processor) return Fit{.release = &release, .build = {}};
    if (const auto exact = exact_fit(builds_of(release, kind), accelerator)) return Fit{&release, *exact};
    if (second) continue;
    if (const auto near = near_fit(builds_of(release, kind), accelerator)) second = Fit{&release, *near};
  }
  if (second) return *second;
  // Newer than this program, or older than what the indexes hold: the installer will know.
  if (asked == nullptr) return Fit{};
  const auto& builds = builds_of(*asked, kind);
  return invalid_argument(
      "no build of " + torch.text() + " runs on this machine's GPUs: it was built for " + name_of(kind) + " " +
      (builds.empty() ? "no version" : listed(builds)) + ", and " + accelerator.source + " says " +
      dotted(accelerator.version) + ". Ask for another release of torch, bring the driver up to date, or set " +
      "agent.cuda_version (or agent.package_manager.pytorch_resolve: none, to have it installed as it is)");
}

std::string value_of(const std::string& file, std::string_view name) {
  std::istringstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name)) continue;
    const auto open = line.find_first_of("'\"", line.find('='));
    if (open == std::string::npos) return {};
    return line.substr(open + 1, line.find(line[open], open + 1) - open - 1);
  }
  return {};
}

}  // namespace

std::optional<ToolkitVersion> parse_toolkit_version(std::string_view text) {
  const auto number = [](std::string_view digits) -> std::optional<int> {
    int value = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  };
  const auto dot = text.find('.');
  if (dot == std::string_view::npos && text.size() >= 2) {
    const auto major = number(text.substr(0, text.size() - 1)), minor = number(text.substr(text.size() - 1));
    // "12" alone is a major version; "92" was CUDA 9.2.
    if (text.size() == 2 && major == 1) return ToolkitVersion{10 + minor.value_or(0), 0};
    if (!major || !minor) return std::nullopt;
    return ToolkitVersion{*major, *minor};
  }
  const auto major = number(text.substr(0, dot));
  if (!major || *major < 0) return std::nullopt;
  if (dot == std::string_view::npos) return ToolkitVersion{*major, 0};
  const std::string_view rest = text.substr(dot + 1);
  const auto minor = number(rest.substr(0, rest.find('.')));
  if (!minor || *minor < 0) return std::nullopt;
  return ToolkitVersion{*major, *minor};
}

bool asks_for_torch(const std::string& requirements) {
  const std::vector<RequirementLine> lines = parse_requirements(requirements);
  return std::any_of(lines.begin(), lines.end(), names_torch);
}

Result<TorchChoice> choose_torch(const std::string& requirements, const std::string& python,
                                 const Accelerator& accelerator, const TorchIndexes& indexes) {
  TorchChoice choice{.requirements = requirements, .indexes = {}, .build = {}, .reason = {}};
  const std::vector<RequirementLine> lines = parse_requirements(requirements);
  const auto torch = std::find_if(lines.begin(), lines.end(), names_torch);
  if (torch == lines.end()) return choice;
  TRY(const Fit fit, fit_of(*torch, python, accelerator));
  const bool is_known = fit.release != nullptr;
  choice.build = is_known ? build_of(accelerator.kind, fit.build) : "";
  choice.indexes = {index_of(accelerator.kind, is_known ? fit.build : accelerator.version, indexes)};
  choice.requirements.clear();
  for (const RequirementLine& line : lines) {
    const bool is_bound = line.is_address() || line.rest.find("--hash") != std::string::npos || line.continues();
    if (!is_of_torch(line.package) || is_bound) {
      choice.requirements += line.text() + "\n";
    } else if (!line.exact_version().empty()) {
      choice.requirements += with_build(line, choice.build) + "\n";
    } else if (line.package == "torch" && is_known) {
      // The newest release of all may have no build for this machine.
      RequirementLine bounded = line;
      bounded.specifiers += (line.specifiers.empty() ? "==" : ",==") + dotted(fit.release->version) + ".*";
      choice.requirements += bounded.text() + "\n";
    } else {
      choice.requirements += line.text() + "\n";
    }
  }
  const std::string here =
      accelerator.kind == Kind::processor
          ? "no GPU here"
          : name_of(accelerator.kind) + " " + dotted(accelerator.version) + ", as " + accelerator.source + " says";
  choice.reason = "torch: " + (choice.build.empty() ? "any build" : "build " + choice.build) + " (" + here + ")";
  return choice;
}

std::optional<TorchBuild> installed_torch(const fs::path& environment) {
  std::error_code failure;
  for (const fs::directory_entry& python : fs::directory_iterator(environment / "lib", failure)) {
    const auto file = proc::read_file(python.path() / "site-packages/torch/version.py");
    if (file) return TorchBuild{value_of(*file, "__version__"), value_of(*file, "cuda"), value_of(*file, "hip")};
  }
  return std::nullopt;
}

Status check_torch(const TorchBuild& build, const Accelerator& accelerator) {
  const auto refuse = [&](const std::string& what) {
    return invalid_argument("torch " + build.version + " " + what + ", and this machine has GPUs with " +
                            name_of(accelerator.kind) + " " + dotted(accelerator.version) + " (as " +
                            accelerator.source +
                            " says): it would leave them unused. Ask for a release that has a "
                            "build for it, or set agent.package_manager.pytorch_resolve: none to run it all the same");
  };
  if (accelerator.kind == Kind::processor) return {};
  const std::string& built = accelerator.kind == Kind::cuda ? build.cuda : build.rocm;
  if (built.empty())
    return refuse(build.cuda.empty() && build.rocm.empty() ? "was built for the processor alone"
                                                           : "was built for another maker's GPUs");
  const auto version = parse_toolkit_version(built);
  if (accelerator.kind == Kind::cuda && version && version->major > accelerator.version.major)
    return refuse("was built for CUDA " + built);
  return {};
}

}  // namespace jarvis::agent
