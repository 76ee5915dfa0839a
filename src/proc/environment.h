// The environment of a child, as a value: built, logged, passed to spawn. Our own is read once, here, and never
// changed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jarvis::proc {

class Environment {
 public:
  Environment() = default;
  /// This process's variables.
  static Environment inherited();

  std::optional<std::string> get(std::string_view name) const;
  Environment& set(std::string name, std::string value) {
    values_[std::move(name)] = std::move(value);
    return *this;
  }
  Environment& unset(std::string_view name);
  /// Puts `directory` before the others of a PATH-like variable.
  Environment& prepend_path(const std::string& name, const std::string& directory);

  const std::map<std::string, std::string, std::less<>>& values() const { return values_; }
  /// "NAME=value" each, as execve wants them.
  std::vector<std::string> to_list() const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

/// The first executable file `name` on this environment's PATH; a name with a slash is taken as it is.
std::optional<std::string> find_executable(const Environment& environment, std::string_view name);

}  // namespace jarvis::proc
