#include "agent/python/requirements.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <vector>

#include "agent/python/requirement_line.h"
#include "base/words.h"

namespace jarvis::agent {
namespace {

std::string raw_pip(const json::object& script) {
  const json::value* requirements = find(script, "requirements");
  if (requirements == nullptr) return {};
  const json::value* pip = requirements->is_object() ? requirements->get_object().if_contains("pip") : requirements;
  if (pip == nullptr) return {};
  if (pip->is_string()) return std::string(pip->get_string());
  std::string out;
  if (pip->is_array()) {
    for (const json::value& line : pip->get_array()) {
      if (line.is_string()) out += std::string(line.get_string()) + "\n";
    }
  }
  return out;
}

/// "six==1.16.0", "ray[tune] == 2.1; python_version > '3.8'"; not "six==1.*", "six>=1", "six @ file:///six", "-e .".
bool names_one_version(std::string_view line) {
  const auto equals = line.find("==");
  if (equals == std::string_view::npos) return false;
  const std::string name = trimmed(line.substr(0, equals));
  const auto extras = name.find('[');
  for (const char c : trimmed(std::string_view(name).substr(0, extras))) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_' && c != '.') return false;
  }
  std::string_view version = line.substr(equals + 2);
  if (version.starts_with('=')) version.remove_prefix(1);
  const std::string one = trimmed(version.substr(0, version.find(';')));
  return !name.empty() && name.front() != '-' && !one.empty() && one.find_first_of("*,<>=~@# ") == std::string::npos;
}

/// "3.11" of a text that begins with a version; more parts are dropped.
std::string major_minor(std::string_view text) {
  std::string out;
  int dots = 0;
  for (const char c : text) {
    if (c == '.') {
      if (++dots == 2) break;
    } else if (std::isdigit(static_cast<unsigned char>(c)) == 0) {
      break;
    }
    out += c;
  }
  while (out.ends_with('.'))
    out.pop_back();
  return out;
}

bool names_folder(const std::string& line) {
  return line.starts_with("-e ") || line.starts_with("--editable") || line.starts_with(".") || line.starts_with("/") ||
         line.find("file:") != std::string::npos || line.find("./") != std::string::npos;
}

bool is_moving(const std::string& line) {
  if (names_folder(line) || line.starts_with("-r ") || line.starts_with("-c ")) return true;
  if (line.find("git+") == std::string::npos) return false;
  const auto at = line.rfind('@');
  const std::string hash = at == std::string::npos ? "" : line.substr(at + 1, line.find_first_of("#; ", at) - at - 1);
  return hash.size() != 40 || hash.find_first_not_of("0123456789abcdef") != std::string::npos;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream lines(text);
  std::vector<std::string> out;
  for (std::string line; std::getline(lines, line);)
    out.push_back(std::move(line));
  return out;
}

}  // namespace

std::string requirements_text(const json::object& script) {
  std::istringstream lines(raw_pip(script));
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    line = trimmed(line);
    if (!line.empty() && line.front() != '#') out += line + "\n";
  }
  return out;
}

std::string with_sdk(std::string requirements) {
  std::istringstream lines(requirements);
  for (std::string line; std::getline(lines, line);) {
    const std::string name = package_of(line);
    if (name == "clearml" || name == "jarvis" || line.find("#egg=clearml") != std::string::npos) return requirements;
  }
  return requirements + "clearml\n";
}

std::string with_installers(std::string requirements, const std::string& pip_version) {
  std::vector<std::string> missing{"pip", "setuptools", "wheel"};
  std::istringstream lines(requirements);
  for (std::string line; std::getline(lines, line);)
    std::erase(missing, package_of(line));
  for (const std::string& name : missing)
    requirements += name + (name == "pip" ? pip_version + "\n" : "; python_version < '3.12'\n");
  return requirements;
}

bool is_pinned(const std::string& requirements) {
  std::istringstream lines(requirements);
  for (std::string line; std::getline(lines, line);) {
    if (line != "clearml" && !names_one_version(line)) return false;
  }
  return true;
}

bool has_moving_lines(const std::string& requirements) {
  const std::vector<std::string> lines = lines_of(requirements);
  return std::any_of(lines.begin(), lines.end(), is_moving);
}

std::string as_installed(const json::object& script, const std::string& frozen) {
  std::string out;
  if (const std::string raw = raw_pip(script); raw.starts_with("# Python "))
    out = raw.substr(0, raw.find('\n')) + "\n\n";
  for (const std::string& line : lines_of(frozen)) {
    if (!names_folder(line)) out += line + "\n";
  }
  for (const std::string& line : lines_of(requirements_text(script))) {
    if (names_folder(line)) out += line + "\n";
  }
  return out;
}

std::string python_version(const json::object& script) {
  std::string binary = get_string_or(script, "binary", "");
  binary = binary.substr(binary.rfind('/') + 1);
  if (binary.starts_with("python")) {
    const std::string version = major_minor(std::string_view(binary).substr(6));
    if (version.find('.') != std::string::npos) return version;
  }
  const std::string pip = raw_pip(script);
  if (pip.starts_with("# Python ")) return major_minor(std::string_view(pip).substr(9));
  return {};
}

}  // namespace jarvis::agent
