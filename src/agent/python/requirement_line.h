// One line of a requirements file, as far as we have to understand it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jarvis::agent {

struct RequirementLine {
  std::string package;     // normalized: "scikit-learn"; "" for what names no package ("-e .", "--find-links x", a URL)
  std::string name;        // as written, with extras: "Scikit_Learn[all]"
  std::string specifiers;  // ">=1.0,<2", or "@ https://..."
  std::string rest;        // from ";" or " --hash" on; a line without a package: the whole of it

  /// As written, apart from spaces.
  std::string text() const;
  bool is_address() const { return specifiers.starts_with('@'); }
  /// The next line belongs to it (hashes).
  bool continues() const { return rest.ends_with('\\'); }
  /// "2.4.1+cu118" of "==2.4.1+cu118"; "" when more than one version fits.
  std::string exact_version() const;
  /// Whether a release "MAJOR.MINOR.anything" can fit. What is not understood admits all.
  bool admits(int major, int minor) const;
  /// Whether a version that fits here can fit these specifiers, too ("~=2.1"). What is not understood admits all.
  bool can_meet(const std::string& other) const;
};

/// The name that a line begins with, normalized: "clearml" of "ClearML[extra] == 2.1"; also of what is no requirement.
std::string package_of(std::string_view line);
RequirementLine parse_requirement(const std::string& line);
/// Empty lines are dropped.
std::vector<RequirementLine> parse_requirements(const std::string& text);

}  // namespace jarvis::agent
