// The order in which requirements are installed. Pure.
#pragma once

#include <string>
#include <vector>

#include "agent/python/environment.h"

namespace jarvis::agent {

struct InstallPhase {
  std::string requirements;
  bool is_optional = false;
  bool sees_the_others = false;  // its packages are built beside what is already there, not apart from it
  bool is_main = false;
  bool operator==(const InstallPhase&) const = default;
};

/// At least the main one, which may be empty. Of the optional packages each has its own.
std::vector<InstallPhase> install_phases(const std::string& requirements, const InstallOrder& order);

}  // namespace jarvis::agent
