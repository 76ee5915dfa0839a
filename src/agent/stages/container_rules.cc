#include "agent/stages/container_rules.h"

#include <algorithm>
#include <array>

#include "agent/python/requirement_line.h"
#include "agent/python/requirements.h"
#include "agent/runtime/pattern.h"
#include "base/words.h"

namespace jarvis::agent {
namespace {

/// A condition, whether the file has it as { script { binary: x } } or as { "script.binary": x }.
const json::value* condition(const json::object& match, std::string_view name) {
  if (const json::value* whole = find(match, name)) return whole;
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const json::object* group = get_object(match, name.substr(0, dot));
  return group == nullptr ? nullptr : condition(*group, name.substr(dot + 1));
}

/// One text or a list, numbers as they are written; without empty ones.
std::vector<std::string> texts(const json::value* value) {
  std::vector<std::string> out;
  const auto add = [&](const json::value& item) {
    if (item.is_null() || item.is_structured()) return;
    std::string text = item.is_string() ? std::string(item.get_string()) : to_text(item);
    if (!text.empty()) out.push_back(std::move(text));
  };
  if (value == nullptr) return out;
  if (value->is_array()) {
    std::ranges::for_each(value->get_array(), add);
  } else {
    add(*value);
  }
  return out;
}

/// What a condition is held against.
std::vector<std::string> values_of(std::string_view name, const json::object& task, const std::string& project) {
  if (name == "project") return {project};
  if (name == "project_id") return {get_string_or(task, "project", "")};
  if (name == "user_id") return {get_string_or(task, "user", "")};
  if (name == "tags") return get_strings(task, "tags");
  const bool is_container = name == "container";
  const json::object* group = get_object(task, is_container ? "container" : "script");
  if (group == nullptr) return {""};
  return {get_string_or(*group, is_container ? "image" : name.substr(name.find('.') + 1), "")};
}

bool meets(const json::object& match, std::string_view name, const json::object& task, const std::string& project) {
  const std::vector<std::string> patterns = texts(condition(match, name));
  const std::vector<std::string> values = values_of(name, task, project);
  return std::ranges::all_of(patterns, [&](const std::string& pattern) {
    return std::ranges::any_of(values, [&](const std::string& value) { return matches(pattern, value); });
  });
}

/// { tensorflow: "~=2.6" }: the task records such a package, in a version that fits.
bool has_packages(const json::object& match, std::string_view kind, const json::object& task) {
  const json::value* wanted = condition(match, "script.requirements." + std::string(kind));
  if (wanted == nullptr || !wanted->is_object()) return true;
  const json::value* recorded = find_path(task, {"script", "requirements", kind});
  const auto lines =
      parse_requirements(recorded == nullptr ? "" : requirements_text({{"requirements", {{"pip", *recorded}}}}));
  return std::ranges::all_of(wanted->get_object(), [&](const auto& package) {
    const std::string specifiers = package.value().is_string() ? std::string(package.value().get_string()) : "";
    return std::ranges::any_of(lines, [&](const RequirementLine& line) {
      return line.package == package_of(package.key()) && line.can_meet(specifiers);
    });
  });
}

constexpr std::array<std::string_view, 8> kConditions{
    "project", "project_id", "script.repository", "script.branch", "script.binary", "user_id", "container", "tags"};

std::string lines_of(const json::object& rule, std::string_view name) {
  std::string out;
  for (const std::string& line : texts(find(rule, name)))
    out += line + "\n";
  return out;
}

/// A text of several words, or a list of words.
std::string words_of(const json::object& rule, std::string_view name) {
  return get_array(rule, name) != nullptr ? quote_words(texts(find(rule, name))) : get_string_or(rule, name, "");
}

}  // namespace

std::optional<ContainerRule> matching_rule(const std::vector<json::object>& rules, const json::object& task,
                                           const std::string& project) {
  for (const json::object& rule : rules) {
    const json::object* match = get_object(rule, "match");
    if (match == nullptr || match->empty()) continue;
    const bool is_met =
        std::ranges::all_of(kConditions, [&](std::string_view name) { return meets(*match, name, task, project); }) &&
        has_packages(*match, "pip", task) && has_packages(*match, "conda", task);
    if (!is_met) continue;
    return ContainerRule{.image = get_string_or(rule, "image", ""),
                         .arguments = words_of(rule, "arguments"),
                         .setup_script = lines_of(rule, "setup_shell_script"),
                         .is_forced = get_bool_or(rule, "force_container_rules", false),
                         .updates_task = get_bool(rule, "update_back_task")};
  }
  return std::nullopt;
}

bool asks_for_project(const std::vector<json::object>& rules) {
  return std::ranges::any_of(rules, [](const json::object& rule) {
    const json::object* match = get_object(rule, "match");
    return match != nullptr && condition(*match, "project") != nullptr;
  });
}

}  // namespace jarvis::agent
