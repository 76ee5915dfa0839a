#include "agent/python/install_order.h"

#include <algorithm>
#include <sstream>

#include "agent/python/requirement_line.h"

namespace jarvis::agent {
namespace {

bool names(const std::vector<std::string>& packages, const std::string& package) {
  return !package.empty() && std::any_of(packages.begin(), packages.end(), [&](const std::string& text) {
    return parse_requirement(text).package == package;
  });
}

}  // namespace

std::vector<InstallPhase> install_phases(const std::string& requirements, const InstallOrder& order) {
  InstallPhase first, main{.requirements = {}, .is_main = true}, last{.requirements = {}, .sees_the_others = true};
  std::vector<InstallPhase> first_optional, last_optional;
  std::istringstream lines(requirements);
  bool continues = false;
  std::string* place = &main.requirements;
  for (std::string line; std::getline(lines, line);) {
    const RequirementLine parsed = parse_requirement(line);
    if (!continues) {
      place = &main.requirements;
      if (names(order.first, parsed.package)) {
        place = &first.requirements;
      } else if (names(order.last, parsed.package)) {
        place = &last.requirements;
      } else if (names(order.first_if_possible, parsed.package)) {
        place = &first_optional.emplace_back(InstallPhase{.requirements = {}, .is_optional = true}).requirements;
      } else if (names(order.last_if_possible, parsed.package)) {
        place =
            &last_optional.emplace_back(InstallPhase{.requirements = {}, .is_optional = true, .sees_the_others = true})
                 .requirements;
      }
    }
    *place += line + "\n";
    continues = line.ends_with('\\');
  }
  std::vector<InstallPhase> out;
  if (!first.requirements.empty()) out.push_back(std::move(first));
  std::move(first_optional.begin(), first_optional.end(), std::back_inserter(out));
  out.push_back(std::move(main));
  if (!last.requirements.empty()) out.push_back(std::move(last));
  std::move(last_optional.begin(), last_optional.end(), std::back_inserter(out));
  return out;
}

}  // namespace jarvis::agent
